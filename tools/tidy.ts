import { fileURLToPath } from 'node:url';
import { checkAmbient } from './tidy/ambient.ts';
import { checkConnectorFolders } from './tidy/connector-folders.ts';
import { checkDocuments } from './tidy/documents.ts';
import { checkHiddenTests } from './tidy/hidden-tests.ts';
import { checkSignatures } from './tidy/signatures.ts';
import { checkSizes } from './tidy/sizes.ts';
import { parse, readTexts, type Texts, type Violation } from './tidy/sources.ts';
import { checkSql } from './tidy/sql.ts';
import { checkUnused } from './tidy/unused.ts';
import { checkWalls } from './tidy/walls.ts';
import { checkWords } from './tidy/words.ts';

const checks = [
  checkWalls,
  checkSizes,
  checkAmbient,
  checkSql,
  checkWords,
  checkSignatures,
  checkUnused,
  checkHiddenTests,
  checkConnectorFolders,
  checkDocuments,
];

/** The rules of docs/style.md that a machine can hold, held against a repository's texts. */
export function tidy(texts: Texts): Violation[] {
  const repository = parse(texts);
  const order = (one: Violation, other: Violation) => one.path.localeCompare(other.path) || one.line - other.line;
  return checks.flatMap((check) => check(repository)).sort(order);
}

if (import.meta.main) {
  const texts = readTexts(fileURLToPath(new URL('..', import.meta.url)));
  const violations = tidy(texts);
  for (const { path, line, message } of violations) console.log(`${path}:${line} ${message}`);
  console.log(`tidy: ${Object.keys(texts).length} files, ${violations.length} violations`);
  process.exitCode = violations.length > 0 ? 1 : 0;
}
