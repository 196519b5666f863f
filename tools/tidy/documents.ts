import { posix } from 'node:path';
import { type Repository, type Texts, type Violation, violationIn } from './sources.ts';

const link = /\]\(([^)\s#]+)(#[^)\s]*)?\)/g;
/** Documents about this repository's own code; guides also name files that readers make. */
const ownFiles =
  /^(ARCHITECTURE|CONTRIBUTING)\.md$|^docs\/(decisions|style|public-cases|spec|connectors)|^(src|test|tools)\//;
/** Code that a document names by its file: `run.ts`, `src/engine/run.ts`. */
const named = /`([a-z][a-z0-9./-]*\.(?:tsx?|sql|sh|json|yaml))`/g;
const mention = /(?<![\w/.:-])[\w./-]+\.md\b/g;

/** Links in documents that lead nowhere, files and documents that are spoken of but are not here, and pages of docs/ that nothing leads to. */
export function checkDocuments({ texts, sources }: Repository): Violation[] {
  const documents = Object.entries(texts).filter(([path]) => path.endsWith('.md'));
  return [
    ...documents.flatMap(([path, text]) => [...deadLinks(path, text, texts), ...lostFiles(path, text, texts)]),
    ...unlinked(documents),
    ...sources.filter(({ path }) => !path.startsWith('tools/')).flatMap(({ path, text }) => missing(path, text, texts)),
  ];
}

function deadLinks(path: string, text: string, texts: Texts): Violation[] {
  return [...text.matchAll(link)].flatMap((hit) => {
    const target = hit[1] ?? '';
    if (/^[a-z]+:/.test(target)) return [];
    const leadsTo = posix.join(posix.dirname(path), target).replace(/\/$/, '');
    const exists = leadsTo in texts || Object.keys(texts).some((other) => other.startsWith(`${leadsTo}/`));
    return exists ? [] : [violationIn(path, text, hit.index, `the link to ${target} leads nowhere`)];
  });
}

/** A file of code is called by its path from the root or from the document, or by its name alone. */
function lostFiles(path: string, text: string, texts: Texts): Violation[] {
  if (!ownFiles.test(path)) return [];
  return [...text.matchAll(named)].flatMap((hit) => {
    const name = hit[1] ?? '';
    const exists = Object.keys(texts).some((other) => other === name || other.endsWith(`/${name}`));
    return exists ? [] : [violationIn(path, text, hit.index, `there is no file ${name} in this repository`)];
  });
}

function unlinked(documents: [string, string][]): Violation[] {
  const linked = new Set(
    documents.flatMap(([path, text]) =>
      [...text.matchAll(link)].map((hit) => posix.join(posix.dirname(path), hit[1] ?? '').replace(/\/$/, '')),
    ),
  );
  return documents
    .filter(([path]) => path.startsWith('docs/') && !linked.has(path) && !linked.has(path.replace(/\/README\.md$/, '')))
    .map(([path]) => ({
      path,
      line: 1,
      message: 'no other document leads here: link it from where people look for it',
    }));
}

/** A document may be called by its path from the root, from the file, or by its name alone. */
function missing(path: string, text: string, texts: Texts): Violation[] {
  return [...text.matchAll(mention)].flatMap((hit) => {
    const name = posix.normalize(hit[0].replace(/^(\.\.?\/)+/, ''));
    const exists = Object.keys(texts).some((other) => other === name || other.endsWith(`/${name}`));
    return exists ? [] : [violationIn(path, text, hit.index, `there is no document ${hit[0]} in this repository`)];
  });
}
