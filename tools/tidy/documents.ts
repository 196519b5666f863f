import { posix } from 'node:path';
import { type Repository, type Texts, type Violation, violationIn } from './sources.ts';

const link = /\]\(([^)\s#]+)(#[^)\s]*)?\)/g;
const mention = /(?<![\w/.:-])[\w./-]+\.md\b/g;

/** Links in documents that lead nowhere, and documents that are spoken of but are not here. */
export function checkDocuments({ texts, sources }: Repository): Violation[] {
  const documents = Object.entries(texts).filter(([path]) => path.endsWith('.md'));
  return [
    ...documents.flatMap(([path, text]) => deadLinks(path, text, texts)),
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

/** A document may be called by its path from the root, from the file, or by its name alone. */
function missing(path: string, text: string, texts: Texts): Violation[] {
  return [...text.matchAll(mention)].flatMap((hit) => {
    const name = posix.normalize(hit[0].replace(/^(\.\.?\/)+/, ''));
    const exists = Object.keys(texts).some((other) => other === name || other.endsWith(`/${name}`));
    return exists ? [] : [violationIn(path, text, hit.index, `there is no document ${hit[0]} in this repository`)];
  });
}
