import {
  isCallExpression,
  isIdentifier,
  isObjectLiteralExpression,
  isPropertyAssignment,
} from 'typescript/unstable/ast';
import { literalText, parse, type Source, type Texts, visit } from './tidy/sources.ts';

/** The IDs that a specification defines (`- **W2** …`, `| F3 | …`), by kind: rules must be proven, the rest are named only. */
export function idsOf(spec: string): { rules: string[]; named: string[] } {
  const defined = [...spec.matchAll(/^(?:- \*\*([A-Z]\d+)\*\*|\| ([A-Z]\d+) \|)/gm)];
  const rules = defined.flatMap(([, id]) => (id && !id.startsWith('I') ? [id] : []));
  return { rules, named: defined.flatMap(([, id, fault]) => id ?? fault ?? []) };
}

/**
 * IDs by the tests that carry them: names of tests (also of suites, whose tests are members named by their sentence), and
 * whatever the simulation's checkers and planted bugs say they hold.
 */
export function proofsOf(texts: Texts): Map<string, string[]> {
  const proofs = new Map<string, string[]>();
  const add = (text: string, path: string) => {
    for (const [id] of text.matchAll(/\b[A-Z]\d+\b/g)) proofs.set(id, [...(proofs.get(id) ?? []), path]);
  };
  const mayProve = Object.entries(texts).filter(([path]) => /^(src|test)\/.*\.ts$/.test(path));
  for (const source of parse(Object.fromEntries(mayProve)).sources) {
    if (isChecker(source.path)) add(source.text, source.path);
    for (const name of namesOf(source)) add(leadingIds(name), source.path);
  }
  return proofs;
}

/** The simulation's checkers and planted bugs name in strings and comments what they watch. */
function isChecker(path: string): boolean {
  return /^test\/simulation\/(checkers|planted)[^/]*(\/.*)?\.ts$/.test(path);
}

/** Names of tests, and keys that begin like one: a suite's tests are functions by their sentence. */
function namesOf(source: Source): string[] {
  const names: string[] = [];
  visit(source.tree, (node) => {
    if (isCallExpression(node) && isTestCall(node.expression.getText(source.tree))) {
      names.push(literalText(node.arguments[0]) ?? node.arguments[0]?.getText(source.tree).slice(1) ?? '');
    }
    if (isPropertyAssignment(node) && isObjectLiteralExpression(node.parent) && !isIdentifier(node.name)) {
      names.push(literalText(node.name) ?? '');
    }
  });
  return names;
}

function isTestCall(callee: string): boolean {
  return /^(test|it|describe|suite|t\.test)$/.test(callee);
}

/** `W5 F3 a backfill leaves …`: the IDs a name begins with. Further on, letters with digits may be anything. */
function leadingIds(name: string): string {
  return /^([A-Z]\d+[ ,:]+)+/.exec(name)?.[0] ?? '';
}
