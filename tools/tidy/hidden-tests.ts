import {
  isCallExpression,
  isIdentifier,
  isObjectLiteralExpression,
  isPropertyAccessExpression,
  isPropertyAssignment,
  isStringLiteral,
  type Node,
  type ObjectLiteralElementLike,
  SyntaxKind,
} from 'typescript/unstable/ast';
import { isTest, type Repository, type Source, type Violation, violationAt, visit } from './sources.ts';

const testMaker = /^(test|it|describe|suite)$/;

/**
 * Tests that are switched off. A test that cannot run on this machine may say so: `{ skip: reason }` where the reason is
 * worked out, or `t.skip('why')` under a condition; the report lists both.
 */
export function checkHiddenTests({ sources }: Repository): Violation[] {
  return sources
    .filter(({ path }) => isTest(path) || path.startsWith('src/'))
    .flatMap((source) => {
      const violations: Violation[] = [];
      visit(source.tree, (node) => {
        if (hidesTest(node, source))
          violations.push(
            violationAt(source, node, 'a test that is switched off proves nothing: mend it or remove it'),
          );
      });
      return violations;
    });
}

function hidesTest(node: Node, { tree }: Source): boolean {
  if (!isCallExpression(node)) return false;
  const { expression } = node;
  const maker = isPropertyAccessExpression(expression) ? expression.expression : expression;
  if (isPropertyAccessExpression(expression) && /^(skip|todo|only)$/.test(expression.name.text)) {
    if (isIdentifier(maker) && testMaker.test(maker.text)) return true;
    // On a test's context: a reason must be given.
    return (
      isIdentifier(maker) &&
      /^(t|context)$/.test(maker.text) &&
      (expression.name.text !== 'skip' || node.arguments.length === 0)
    );
  }
  if (!testMaker.test(maker.getText(tree))) return false;
  return node.arguments.some(
    (argument) => isObjectLiteralExpression(argument) && argument.properties.some(isSwitchedOff),
  );
}

function isSwitchedOff(property: ObjectLiteralElementLike): boolean {
  if (!isPropertyAssignment(property) || !isIdentifier(property.name)) return false;
  if (!/^(skip|todo|only)$/.test(property.name.text)) return false;
  return property.initializer.kind === SyntaxKind.TrueKeyword || isStringLiteral(property.initializer);
}
