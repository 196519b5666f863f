import { posix } from 'node:path';
import {
  type ExportSpecifier,
  type ImportSpecifier,
  isCallExpression,
  isExportDeclaration,
  isImportDeclaration,
  isNamedExports,
  isNamedImports,
  isNamespaceImport,
  type Node,
  SyntaxKind,
} from 'typescript/unstable/ast';
import { exportsOf } from './exports.ts';
import { literalText, type Repository, type Source, type Violation, violationAt, visit } from './sources.ts';

/** What `npm run new-connector` copies: its parts are used by the connector that it becomes. */
const template = /^tools\/new-connector\//;

/**
 * Exports that no other file imports. A type that only stands in its own file's signatures may be exported, for whoever
 * needs its name; a function or a value may not.
 */
export function checkUnused({ sources }: Repository): Violation[] {
  const used = usesOf(sources);
  return sources
    .filter(({ path }) => !template.test(path))
    .flatMap((source) =>
      exportsOf(source)
        .filter(({ name, node }) => !isUsed(name, node, source, used))
        .map(({ name, node }) =>
          violationAt(source, node, `${name} is exported and no other file imports it: keep it here, or remove it`),
        ),
    );
}

/** What of a file is imported: names, all of it (a namespace), or what a caller of `import` mentions. */
interface Uses {
  names: Set<string>;
  /** The texts of files that load it when they need it. */
  loaders: string[];
}

function isUsed(name: string, node: Node, { path, text }: Source, used: Map<string, Uses>): boolean {
  const uses = used.get(path);
  if (uses?.names.has(name) || uses?.names.has('*') || uses?.loaders.some((user) => mentions(user, name) > 0))
    return true;
  const isType = node.kind === SyntaxKind.InterfaceDeclaration || node.kind === SyntaxKind.TypeAliasDeclaration;
  return (isType && mentions(text, name) > 1) || isDefault(node);
}

/** What runs a file by its path takes the default: a reporter, a configuration. */
function isDefault(node: Node): boolean {
  const { modifiers } = node as { modifiers?: readonly Node[] };
  return modifiers?.some(({ kind }) => kind === SyntaxKind.DefaultKeyword) ?? false;
}

function mentions(text: string, name: string): number {
  return [...text.matchAll(new RegExp(String.raw`\b${name}\b`, 'g'))].length;
}

function usesOf(sources: Source[]): Map<string, Uses> {
  const used = new Map<string, Uses>();
  for (const source of sources) {
    visit(source.tree, (node) => {
      const specifier = specifierOf(node);
      if (!specifier?.startsWith('.')) return;
      const target = posix.join(posix.dirname(source.path), specifier);
      const uses = used.get(target) ?? { names: new Set(), loaders: [] };
      used.set(target, uses);
      if (isCallExpression(node)) uses.loaders.push(source.text);
      for (const name of namesIn(node)) uses.names.add(name);
    });
  }
  return used;
}

function specifierOf(node: Node): string | undefined {
  if (isImportDeclaration(node) || isExportDeclaration(node)) return literalText(node.moduleSpecifier);
  const isImport = isCallExpression(node) && node.expression.kind === SyntaxKind.ImportKeyword;
  return isImport ? literalText(node.arguments[0]) : undefined;
}

/** The names that an import takes; '*': all of them. */
function namesIn(node: Node): string[] {
  if (isExportDeclaration(node)) {
    const { exportClause } = node;
    return exportClause && isNamedExports(exportClause) ? exportClause.elements.map(ownName) : ['*'];
  }
  const bindings = isImportDeclaration(node) ? node.importClause?.namedBindings : undefined;
  if (bindings && isNamespaceImport(bindings)) return ['*'];
  return bindings && isNamedImports(bindings) ? bindings.elements.map(ownName) : [];
}

function ownName({ propertyName, name }: ImportSpecifier | ExportSpecifier): string {
  return (propertyName ?? name).text;
}
