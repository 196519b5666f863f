import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isNoSubstitutionTemplateLiteral, isStringLiteral, type Node, type SourceFile } from 'typescript/unstable/ast';
import type { FileSystem } from 'typescript/unstable/fs';
import { API } from 'typescript/unstable/sync';

/** The texts of a repository by path from its root (`src/lib/http.ts`). */
export type Texts = Record<string, string>;

/** A TypeScript file with its syntax tree. */
export interface Source {
  path: string;
  text: string;
  tree: SourceFile;
}

/** What the checks look at. */
export interface Repository {
  texts: Texts;
  /** All .ts and .tsx files. */
  sources: Source[];
}

/** A place that breaks a rule. Lines count from 1. */
export interface Violation {
  path: string;
  line: number;
  message: string;
}

/** Folders that hold no source of ours, at the root or anywhere. */
const foreignFolders = /^(\.git|\.cache|data|dist)$|(^|\/)(node_modules|dist)$/;
const textFile =
  /\.(ts|tsx|js|mjs|json|md|sh|sql|yml|yaml|css|html|svg|toml)$|(^|\/)(run|node|syncline|LICENSE|Dockerfile)$/;

/** A picture is there, without a text: documents link it. */
const picture = /\.(png|webp|ico)$/;

/** All text files under a folder, and pictures as empty ones. */
export function readTexts(root: string): Texts {
  const texts: Texts = {};
  const walk = (folder: string) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !foreignFolders.test(path)) walk(path);
      if (!entry.isFile()) continue;
      if (textFile.test(path)) texts[path] = readFileSync(join(root, path), 'utf8');
      else if (picture.test(path)) texts[path] = '';
    }
  };
  walk('');
  return texts;
}

/** Parses the TypeScript files among the texts, with the project's own compiler. */
export function parse(texts: Texts): Repository {
  const root = resolve('/repository');
  const config = `${root}/tsconfig.json`;
  const paths = Object.keys(texts).filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'));
  const files: Texts = Object.fromEntries(paths.map((path) => [`${root}/${path}`, texts[path] ?? '']));
  files[config] = JSON.stringify({ compilerOptions: { noLib: true, noResolve: true, types: [] }, files: paths });
  const api = new API({ cwd: root, fs: only(files) });
  try {
    using snapshot = api.updateSnapshot({ openProjects: [config] });
    const { program } = snapshot.getProjects()[0] ?? {};
    const sources = paths.flatMap((path) => {
      const tree = program?.getSourceFile(`${root}/${path}`);
      return tree ? [{ path, text: texts[path] ?? '', tree }] : [];
    });
    if (sources.length !== paths.length) throw new Error('the compiler did not parse every file');
    return { texts, sources };
  } finally {
    api.close();
  }
}

/** A file system with these files and no others. */
function only(files: Texts): FileSystem {
  const within = (folder: string) =>
    Object.keys(files).some((path) => path.startsWith(`${folder.replace(/\/$/, '')}/`));
  return {
    readFile: (path) => files[path] ?? null,
    fileExists: (path) => path in files,
    directoryExists: within,
    getAccessibleEntries: () => ({ files: [], directories: [] }),
    realpath: (path) => path,
  };
}

/** Visits a node and everything below it, parents first. */
export function visit(node: Node, visitor: (node: Node) => void): void {
  visitor(node);
  node.forEachChild((child) => visit(child, visitor));
}

/** A violation at a node. */
export function violationAt(source: Source, node: Node, message: string): Violation {
  const line = source.tree.getLineAndCharacterOfPosition(node.getStart(source.tree)).line + 1;
  return { path: source.path, line, message };
}

/** A violation at a place in a text. */
export function violationIn(path: string, text: string, index: number, message: string): Violation {
  return { path, line: text.slice(0, index).split('\n').length, message };
}

/** The text of a string literal; undefined for anything else. */
export function literalText(node: Node | undefined): string | undefined {
  return node && (isStringLiteral(node) || isNoSubstitutionTemplateLiteral(node)) ? node.text : undefined;
}

/** A test, or what only tests use. */
export function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || /^(test|tools|bench)\//.test(path);
}
