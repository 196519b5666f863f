import {
  isJsxText,
  isNoSubstitutionTemplateLiteral,
  isRegularExpressionLiteral,
  isStringLiteral,
  isTemplateExpression,
  type Node,
} from 'typescript/unstable/ast';
import { exportsOf } from './exports.ts';
import { type Repository, type Source, type Violation, violationAt, violationIn, visit } from './sources.ts';

/** Files that must say the words in order to ban them. */
const speaksOfThem = /^(tools\/tidy(\/|\.)|docs\/style\.md$)/;

const unfinished = /\b(TODO|FIXME|XXX)\b/g;
const unbuilt = /\bnot (yet )?implemented\b/gi;
const vagueName = /(Manager|Service|Helper|Impl)s?(?![a-z])/;
const vaguePlace = /(^|\/)(shared|common|utils?|helpers?)(\/|\.[a-z.]+$)/;
const plainFile = /(^|\/)[a-z0-9]+(-[a-z0-9]+)*(\.test)?\.tsx?$/;
const machinePath = /(?<![\w.:}/-])\/(?:work|root|home|Users|tmp)\/\w/g;
/** Whoever installs this has a registry, or a mirror of one, of their own. */
const registryHost = /\b(?:registry|npm|deb|pypi|mirrors?)\.[\w-]+\.(?:org|com|net|io|dev)\b/g;

/** Promises instead of work, names that say nothing or are written otherwise than all others, paths and hosts of one machine. */
export function checkWords({ texts, sources }: Repository): Violation[] {
  const parsed = new Set(sources.map(({ path }) => path));
  const spoken = (path: string) => !speaksOfThem.test(path);
  return [
    ...sources.filter(({ path }) => spoken(path)).flatMap((source) => [...promisesIn(source), ...vagueExports(source)]),
    ...Object.entries(texts).flatMap(([path, text]) => [
      ...(vaguePlace.test(path)
        ? [{ path, line: 1, message: `a file or folder named for nothing: name what is in it` }]
        : []),
      ...(/\.tsx?$/.test(path) && !plainFile.test(path)
        ? [{ path, line: 1, message: 'a file is named in kebab-case, for its main export' }]
        : []),
      ...(spoken(path) ? found(path, text, machinePath, 'is a path of one machine') : []),
      ...(spoken(path) ? found(path, text, registryHost, 'is a registry: npm knows its own') : []),
      ...(spoken(path) && !parsed.has(path)
        ? found(path, text, unfinished, 'is a promise: do it, or leave it out')
        : []),
    ]),
  ];
}

/** Promises in comments, and the words for a stub in comments and strings. A vendor's value may be called TODO. */
function promisesIn(source: Source): Violation[] {
  const { path, text } = source;
  const comments = textOfComments(source);
  return [
    ...found(path, comments, unfinished, 'is a promise: do it, or leave it out'),
    ...found(path, text, unbuilt, 'is a stub: an absent capability is an absent member'),
  ];
}

function vagueExports(source: Source): Violation[] {
  return exportsOf(source)
    .filter(({ name }) => vagueName.test(name))
    .map(({ name, node }) => violationAt(source, node, `${name} says nothing of what it does: name it for that`));
}

function found(path: string, text: string, pattern: RegExp, says: string): Violation[] {
  return [...text.matchAll(pattern)].map((hit) => violationIn(path, text, hit.index, `"${hit[0]}" ${says}`));
}

/** The file with everything but its comments blanked, so that places stay the same. */
function textOfComments({ text, tree }: Source): string {
  const blank = (part: string) => part.replace(/[^\n]/g, ' ');
  let code = text;
  visit(tree, (node) => {
    if (!isText(node)) return;
    const start = node.getStart(tree);
    code = code.slice(0, start) + blank(code.slice(start, node.end)) + code.slice(node.end);
  });
  // With strings and patterns gone, these signs begin comments and nothing else.
  const comment = /\/\/.*|\/\*[\s\S]*?\*\//g;
  let comments = '';
  for (const hit of code.matchAll(comment)) comments += blank(code.slice(comments.length, hit.index)) + hit[0];
  return comments;
}

function isText(node: Node): boolean {
  return (
    isStringLiteral(node) ||
    isNoSubstitutionTemplateLiteral(node) ||
    isTemplateExpression(node) ||
    isRegularExpressionLiteral(node) ||
    isJsxText(node)
  );
}
