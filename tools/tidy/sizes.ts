import {
  isArrowFunction,
  isCallExpression,
  isConstructorDeclaration,
  isFunctionDeclaration,
  isFunctionExpression,
  isGetAccessorDeclaration,
  isIdentifier,
  isMethodDeclaration,
  isSetAccessorDeclaration,
  type Node,
} from 'typescript/unstable/ast';
import { type Repository, type Source, type Violation, violationAt, visit } from './sources.ts';

/** The most lines of a file. */
export const maxFileLines = 300;

/** The most lines of a function, its signature and braces included. */
export const maxFunctionLines = 60;

/** Files and functions that are too long to be read in one go. */
export function checkSizes({ sources }: Repository): Violation[] {
  return sources
    .filter(({ path }) => /^(src|test|tools|bench)\//.test(path))
    .flatMap((source) => [...longFile(source), ...longFunctions(source)]);
}

function longFile({ path, text }: Source): Violation[] {
  const lines = text.trimEnd().split('\n').length;
  const message = `${lines} lines; a file has at most ${maxFileLines}: find the second idea in it and give it its own file`;
  return lines > maxFileLines ? [{ path, line: maxFileLines + 1, message }] : [];
}

function longFunctions(source: Source): Violation[] {
  const violations: Violation[] = [];
  visit(source.tree, (node) => {
    if (!isFunction(node) || isSuite(node)) return;
    const lines = linesOf(source, node);
    const message = `a function of ${lines} lines; at most ${maxFunctionLines}: name a part of it`;
    if (lines > maxFunctionLines) violations.push(violationAt(source, node, message));
  });
  return violations;
}

function isFunction(node: Node): boolean {
  return (
    isFunctionDeclaration(node) ||
    isFunctionExpression(node) ||
    isArrowFunction(node) ||
    isMethodDeclaration(node) ||
    isConstructorDeclaration(node) ||
    isGetAccessorDeclaration(node) ||
    isSetAccessorDeclaration(node)
  );
}

/** The callback of a `describe` is a heading over its tests, not a function that is read in one go. */
function isSuite({ parent }: Node): boolean {
  return (
    isCallExpression(parent) && isIdentifier(parent.expression) && /^(describe|suite)$/.test(parent.expression.text)
  );
}

function linesOf(source: Source, node: Node): number {
  const line = (position: number) => source.tree.getLineAndCharacterOfPosition(position).line;
  return line(node.end) - line(node.getStart(source.tree)) + 1;
}
