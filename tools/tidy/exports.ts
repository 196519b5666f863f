import {
  isClassDeclaration,
  isEnumDeclaration,
  isExportAssignment,
  isExportDeclaration,
  isFunctionDeclaration,
  isIdentifier,
  isInterfaceDeclaration,
  isNamedExports,
  isTypeAliasDeclaration,
  isVariableStatement,
  type Node,
  type Statement,
  SyntaxKind,
} from 'typescript/unstable/ast';
import type { Source } from './sources.ts';

/** Something a file exports: its name, its declaration, and the statement that carries its doc comment. */
export interface Exported {
  name: string;
  node: Node;
  statement: Statement;
}

/** What a file exports by its own declarations; what it passes on from other files is theirs. */
export function exportsOf({ tree }: Source): Exported[] {
  const listed = new Set(tree.statements.flatMap(listedNames));
  return tree.statements
    .flatMap(declarationsOf)
    .filter(({ name, statement }) => listed.has(name) || isExported(statement));
}

function declarationsOf(statement: Statement): Exported[] {
  if (isVariableStatement(statement)) {
    const { declarations } = statement.declarationList;
    return declarations.flatMap((node) => (isIdentifier(node.name) ? [{ name: node.name.text, node, statement }] : []));
  }
  const declares =
    isFunctionDeclaration(statement) ||
    isClassDeclaration(statement) ||
    isInterfaceDeclaration(statement) ||
    isTypeAliasDeclaration(statement) ||
    isEnumDeclaration(statement);
  if (declares) return [{ name: statement.name?.text ?? 'default', node: statement, statement }];
  return isExportAssignment(statement) ? [{ name: 'default', node: statement.expression, statement }] : [];
}

function isExported(statement: Statement): boolean {
  if (isExportAssignment(statement)) return !isIdentifier(statement.expression);
  const { modifiers } = statement as { modifiers?: readonly Node[] };
  return modifiers?.some(({ kind }) => kind === SyntaxKind.ExportKeyword) ?? false;
}

/** Names in `export { one, other }` and `export default one`. */
function listedNames(statement: Statement): string[] {
  if (isExportAssignment(statement) && isIdentifier(statement.expression)) return [statement.expression.text];
  if (!isExportDeclaration(statement) || statement.moduleSpecifier || !statement.exportClause) return [];
  if (!isNamedExports(statement.exportClause)) return [];
  return statement.exportClause.elements.map(({ propertyName, name }) => (propertyName ?? name).text);
}
