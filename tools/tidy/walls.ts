import { posix } from 'node:path';
import {
  isCallExpression,
  isExportDeclaration,
  isImportDeclaration,
  isImportTypeNode,
  isLiteralTypeNode,
  isNamedExports,
  isNamedImports,
  type Node,
  SyntaxKind,
} from 'typescript/unstable/ast';
import { isTest, literalText, type Repository, type Source, type Violation, violationAt, visit } from './sources.ts';

/** Who may import whom in src/. The first wall whose `files` match a file is its wall; its own folder is always free. */
interface Wall {
  files: RegExp;
  /** Files of ours it may import. */
  may: RegExp[];
  /** Files of ours it may import types from, on top. */
  mayTypes?: RegExp[];
  /** Packages and Node's own modules: free unless this says which. */
  packages?: RegExp;
  /** Told with a violation. */
  says: string;
}

const lib = /^src\/lib\//;
const model = /^src\/model\//;
const pureStep = /^src\/engine\/(detect|match|merge|plan|decision)(-[a-z-]+)?\.ts$/;
const database = /^(pg|pg-.*|kysely)$/;

const walls: Wall[] = [
  { files: /^src\/main\.ts$/, may: [/^src\//, /^package\.json$/], says: 'main.ts may import anything in src' },
  { files: lib, may: [lib], says: 'lib imports nothing of ours' },
  { files: model, may: [model, lib], says: 'model may import lib' },
  { files: /^src\/connector\//, may: [/^src\/connector\//, model, lib], says: 'connector may import model and lib' },
  { files: /^src\/simulator\//, may: [/^src\/simulator\//, model, lib], says: 'simulator may import model and lib' },
  { files: /^src\/store\//, may: [/^src\/store\//, model, lib], says: 'store may import model and lib' },
  {
    files: /^src\/connectors\/[^/]+$/,
    may: [/^src\/connectors\//, /^src\/(connector|simulator)\//],
    says: 'the registry may import connectors and simulators',
  },
  {
    files: /^src\/connectors\/[^/]+\/simulator/,
    may: [/^src\/simulator\//, lib],
    mayTypes: [model],
    says: 'a simulator may import the kit (src/simulator), lib and types of model, never its connector: one mistake must not hide on both sides',
  },
  {
    files: /^src\/connectors\//,
    may: [/^src\/connector\//, lib],
    mayTypes: [model],
    says: 'a connector may import src/connector, lib and types of model, never its simulator: one mistake must not hide on both sides',
  },
  {
    files: pureStep,
    may: [pureStep, model],
    packages: /^$/,
    says: 'detect, match, merge and plan may import model only',
  },
  {
    files: /^src\/engine\//,
    may: [/^src\/engine\//, /^src\/connector\/contract\.ts$/, /^src\/store\//, model, lib],
    mayTypes: [/^src\/connector\//],
    says: 'engine may import store, model, lib, the contract and types of connector',
  },
  {
    files: /^src\/server\//,
    may: [/^src\/(server|engine|store|connector)\//, /^src\/connectors\/registry\.ts$/, model, lib],
    says: 'server may import engine, store, connector, the registry, model and lib',
  },
  {
    files: /^src\/cli\//,
    may: [/^src\/cli\//, lib],
    mayTypes: [/^src\/server\/api\.ts$/, /^src\/simulator\//],
    says: 'cli may import its own files, lib and types of server/api.ts and simulator; main.ts hands it the rest',
  },
  {
    files: /^src\/web\//,
    may: [/^src\/web\//],
    mayTypes: [/^src\/server\/api\.ts$/],
    says: 'web may import its own files and types of server/api.ts',
  },
];

/** Folders whose files speak SQL to a database, and so may use its driver. */
const speaksToDatabase = /^src\/(store|connectors\/postgres)\//;

/** Imports that cross a wall of ARCHITECTURE.md. Tests, test/, tools/ and bench/ may import anything. */
export function checkWalls({ sources, texts }: Repository): Violation[] {
  return sources
    .filter(({ path }) => path.startsWith('src/') && !isTest(path))
    .flatMap((source) => {
      const wall = walls.find(({ files }) => files.test(source.path));
      if (!wall)
        return [{ path: source.path, line: 1, message: 'this folder is not in the import table of ARCHITECTURE.md' }];
      return importsOf(source).flatMap((found) => complaint(source, wall, found, texts));
    });
}

/** One import: what is imported, and whether only its types are. */
interface Import {
  node: Node;
  specifier: string;
  takes: 'types' | 'values';
}

function importsOf(source: Source): Import[] {
  const found: Import[] = [];
  const add = (node: Node, specifier: string | undefined, takes: 'types' | 'values') => {
    if (specifier !== undefined) found.push({ node, specifier, takes });
  };
  visit(source.tree, (node) => {
    if (isImportDeclaration(node) || isExportDeclaration(node))
      add(node, literalText(node.moduleSpecifier), importsTypes(node) ? 'types' : 'values');
    if (isImportTypeNode(node) && isLiteralTypeNode(node.argument))
      add(node, literalText(node.argument.literal), 'types');
    if (isCallExpression(node) && node.expression.kind === SyntaxKind.ImportKeyword) {
      add(node, literalText(node.arguments[0]), 'values');
    }
  });
  return found;
}

function importsTypes(node: Node): boolean {
  if (isExportDeclaration(node)) {
    const names = node.exportClause && isNamedExports(node.exportClause) ? node.exportClause.elements : [];
    return node.isTypeOnly || (names.length > 0 && names.every(({ isTypeOnly }) => isTypeOnly));
  }
  if (!isImportDeclaration(node) || !node.importClause) return false;
  const { phaseModifier, name, namedBindings } = node.importClause;
  if (phaseModifier === SyntaxKind.TypeKeyword) return true;
  const names = namedBindings && isNamedImports(namedBindings) ? namedBindings.elements : [];
  return !name && names.length > 0 && names.every(({ isTypeOnly }) => isTypeOnly);
}

function complaint(source: Source, wall: Wall, found: Import, texts: Repository['texts']): Violation[] {
  const say = (message: string) => [violationAt(source, found.node, message)];
  if (!found.specifier.startsWith('.')) {
    if (database.test(found.specifier) && found.takes === 'values' && !speaksToDatabase.test(source.path)) {
      return say(`imports ${found.specifier}: only src/store and the postgres connector speak to a database`);
    }
    return wall.packages && !wall.packages.test(found.specifier) ? say(`imports ${found.specifier}: ${wall.says}`) : [];
  }
  const target = posix.join(posix.dirname(source.path), found.specifier);
  const open = [...wall.may, ...(found.takes === 'types' ? (wall.mayTypes ?? []) : [])];
  if (isTest(target) && target in texts) return say(`imports ${target}: only tests may import tests and tools`);
  return ownFolder(source.path, target) || open.some((files) => files.test(target))
    ? []
    : say(`imports ${target}: ${wall.says}`);
}

/** A connector and its simulator live in one folder, on two sides of a wall. */
function ownFolder(path: string, target: string): boolean {
  const app = /^src\/connectors\/[^/]+\//;
  const folder = app.exec(path)?.[0];
  if (!folder || !target.startsWith(folder)) return false;
  return path.startsWith(`${folder}simulator`) === target.startsWith(`${folder}simulator`);
}
