import {
  isArrowFunction,
  isCallExpression,
  isClassDeclaration,
  isFunctionDeclaration,
  isFunctionExpression,
  isIdentifier,
  isMethodDeclaration,
  isUnionTypeNode,
  isVariableDeclaration,
  type Node,
  type ParameterDeclaration,
  SyntaxKind,
  type TypeNode,
} from 'typescript/unstable/ast';
import { exportsOf } from './exports.ts';
import { isTest, type Repository, type Source, type Violation, violationAt, visit } from './sources.ts';

/** Exported things without a doc comment, exported functions that take a bare yes or no, and calls that give one. */
export function checkSignatures({ sources }: Repository): Violation[] {
  const spoken = sources.filter(({ path }) => path.startsWith('src/') && !isTest(path));
  const calling = sources.filter(({ path }) => !path.endsWith('.test.ts') && !path.startsWith('src/web/'));
  return [...spoken.flatMap((source) => [...undocumented(source), ...flags(source)]), ...calling.flatMap(bareAnswers)];
}

function undocumented(source: Source): Violation[] {
  // Overloads share one comment, before the first.
  const documented = new Set(
    exportsOf(source)
      .filter(({ statement }) => statement.jsDoc?.length)
      .map(({ name }) => name),
  );
  return exportsOf(source)
    .filter(({ name }) => !documented.has(name))
    .map(({ name, node }) => violationAt(source, node, `${name} is exported without a doc comment (/** … */)`));
}

function flags(source: Source): Violation[] {
  return exportsOf(source)
    .flatMap(({ node }) => parametersOf(node))
    .filter(isFlag)
    .map((parameter) => {
      const name = parameter.name.getText(source.tree);
      const message = `${name} is a bare yes or no, which the call does not explain: take a named choice, or two functions`;
      return violationAt(source, parameter, message);
    });
}

/** `list(feed, true)`: whoever reads it must look up what is true. Libraries' own functions are mostly methods. */
function bareAnswers(source: Source): Violation[] {
  const violations: Violation[] = [];
  visit(source.tree, (node) => {
    if (!isCallExpression(node) || !isIdentifier(node.expression)) return;
    const bare = node.arguments.find(({ kind }) => kind === SyntaxKind.TrueKeyword || kind === SyntaxKind.FalseKeyword);
    const message = `${node.expression.text} is given a bare yes or no, which explains nothing: give a named choice`;
    if (bare) violations.push(violationAt(source, bare, message));
  });
  return violations;
}

function parametersOf(node: Node): readonly ParameterDeclaration[] {
  if (isFunctionDeclaration(node) || isFunctionExpression(node) || isArrowFunction(node)) return node.parameters;
  if (isVariableDeclaration(node) && node.initializer) return parametersOf(node.initializer);
  if (isClassDeclaration(node))
    return node.members.flatMap((member) => (isMethodDeclaration(member) ? [...member.parameters] : []));
  return [];
}

/** A parameter called `value` holds data that happens to be a boolean. */
function isFlag({ name, type, initializer }: ParameterDeclaration): boolean {
  if (isIdentifier(name) && name.text === 'value') return false;
  const flagDefault = initializer?.kind === SyntaxKind.TrueKeyword || initializer?.kind === SyntaxKind.FalseKeyword;
  return flagDefault || (type !== undefined && isBoolean(type));
}

/** `boolean`, alone or beside null and undefined only: beside anything else it is one kind of value among several. */
function isBoolean(type: TypeNode): boolean {
  if (!isUnionTypeNode(type)) return type.kind === SyntaxKind.BooleanKeyword;
  const empty = [SyntaxKind.UndefinedKeyword, SyntaxKind.LiteralType];
  return type.types.some(isBoolean) && type.types.every((part) => isBoolean(part) || empty.includes(part.kind));
}
