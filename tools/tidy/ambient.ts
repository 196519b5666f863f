import {
  isBindingElement,
  isCallExpression,
  isFunctionDeclaration,
  isIdentifier,
  isImportDeclaration,
  isImportSpecifier,
  isNewExpression,
  isParameterDeclaration,
  isPropertyAccessExpression,
  isShorthandPropertyAssignment,
  isTypeQueryNode,
  isVariableDeclaration,
  type Node,
} from 'typescript/unstable/ast';
import { isTest, literalText, type Repository, type Source, type Violation, violationAt, visit } from './sources.ts';

/** Where clock, chance, network and environment may be touched: everything else gets them as arguments. world.ts is the browser's. */
const ambientHome = /^src\/(lib\/|main\.ts$|web\/world\.ts$)/;

const members: Record<string, string> = {
  'Date.now': 'take a Clock',
  'performance.now': 'take a Clock',
  'process.hrtime': 'take a Clock',
  'AbortSignal.timeout': 'take a Clock',
  'Math.random': 'take a Random',
  'crypto.randomUUID': 'take a Random',
  'crypto.getRandomValues': 'take a Random',
  'process.env': 'main.ts reads the environment and hands values on',
  'globalThis.fetch': 'take an Http',
};

const names: Record<string, string> = {
  setTimeout: 'take a Clock',
  setInterval: 'take a Clock',
  randomUUID: 'take a Random',
  randomBytes: 'take a Random',
  randomInt: 'take a Random',
  fetch: 'take an Http',
};

/** Clock, chance, network and environment used where the simulation could not replace them; in tests: sleeps. */
export function checkAmbient({ sources }: Repository): Violation[] {
  return sources
    .filter(({ path }) => !ambientHome.test(path) && /^(src|test)\//.test(path))
    .flatMap((source) => (isTest(source.path) ? sleepsOf(source) : ambientUses(source)));
}

function ambientUses(source: Source): Violation[] {
  const own = declaredNames(source);
  const violations: Violation[] = [];
  const say = (node: Node, what: string, instead: string) =>
    violations.push(violationAt(source, node, `${what} outside src/lib and src/main.ts: ${instead}`));
  visit(source.tree, (node) => {
    if (isIdentifier(node) && isReference(node) && !own.has(node.text) && Object.hasOwn(names, node.text)) {
      say(node, node.text, names[node.text] ?? '');
    }
    if (isPropertyAccessExpression(node) && isIdentifier(node.expression) && !own.has(node.expression.text)) {
      const member = `${node.expression.text}.${node.name.text}`;
      if (Object.hasOwn(members, member)) say(node, member, members[member] ?? '');
    }
    if (readsDate(node) && !own.has('Date')) say(node, 'the present as a Date', 'take a Clock');
    if (isImportDeclaration(node))
      for (const banned of bannedImports(node)) say(node, banned, names[banned] ?? 'take a Clock');
  });
  return violations;
}

/** `new Date()` and `Date()`, which ask the machine's clock; `new Date(value)` is a conversion. */
function readsDate(node: Node): boolean {
  if (isNewExpression(node)) return isNamed(node.expression, 'Date') && !node.arguments?.length;
  return isCallExpression(node) && isNamed(node.expression, 'Date');
}

function bannedImports(node: Node): string[] {
  if (!isImportDeclaration(node)) return [];
  const specifier = literalText(node.moduleSpecifier) ?? '';
  if (/^(node:)?(timers(\/promises)?|perf_hooks)$/.test(specifier)) return [specifier];
  if (!/^(node:)?crypto$/.test(specifier)) return [];
  const found: string[] = [];
  visit(node, (part) => {
    if (isImportSpecifier(part) && Object.hasOwn(names, (part.propertyName ?? part.name).text)) {
      found.push((part.propertyName ?? part.name).text);
    }
  });
  return found;
}

function sleepsOf(source: Source): Violation[] {
  const own = declaredNames(source);
  const violations: Violation[] = [];
  const instead = 'wait for the thing itself (an event, a state), not for time to pass';
  visit(source.tree, (node) => {
    const sleeps =
      isCallExpression(node) && isIdentifier(node.expression) && /^set(Timeout|Interval)$/.test(node.expression.text);
    if (sleeps && !own.has(node.expression.getText(source.tree)))
      violations.push(violationAt(source, node, `a timer in a test: ${instead}`));
    if (isImportDeclaration(node) && /^(node:)?timers(\/promises)?$/.test(literalText(node.moduleSpecifier) ?? '')) {
      violations.push(violationAt(source, node, `a timer in a test: ${instead}`));
    }
  });
  return violations;
}

/** Names that a file declares itself, so that a parameter called `fetch` is not taken for the global. */
function declaredNames(source: Source): Set<string> {
  const own = new Set<string>();
  visit(source.tree, (node) => {
    const declares =
      isVariableDeclaration(node) ||
      isParameterDeclaration(node) ||
      isBindingElement(node) ||
      isFunctionDeclaration(node) ||
      isImportSpecifier(node);
    if (declares && node.name && isIdentifier(node.name)) own.add(node.name.text);
  });
  return own;
}

/** An identifier that stands for a value: not the name of a member, a key, or a declaration. */
function isReference(node: Node): boolean {
  const { parent } = node;
  if (isPropertyAccessExpression(parent)) return parent.expression === node;
  if (isShorthandPropertyAssignment(parent)) return true;
  if (isTypeQueryNode(parent)) return false;
  return !('name' in parent && parent.name === node) && !isImportSpecifier(parent);
}

function isNamed(node: Node, name: string): boolean {
  return isIdentifier(node) && node.text === name;
}
