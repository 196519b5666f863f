import {
  isNoSubstitutionTemplateLiteral,
  isStringLiteral,
  isTemplateExpression,
  type Node,
} from 'typescript/unstable/ast';
import { isTest, type Repository, type Violation, violationAt, visit } from './sources.ts';

/** Where SQL may be written: the store, and connectors whose app speaks it or something that looks like it (SOQL). */
const speaksSql = /^src\/(store|connectors\/(postgres|salesforce))\//;

const name = String.raw`["\w.$]+|\?`;
const statements = [
  String.raw`select\s[\s\S]+?\sfrom\s+(${name}|\()`,
  String.raw`insert\s+into\s+(${name})\s*(\(|select|values|default)`,
  String.raw`update\s+(only\s+)?(${name})\s+(as\s+\w+\s+|\w+\s+)?set\s+(${name}|\()`,
  String.raw`delete\s+from\s+(${name})`,
  String.raw`with\s+(recursive\s+)?\w+\s*(\([^)]*\))?\s*as\s+(not\s+)?(materialized\s+)?\(`,
  String.raw`(create|alter|drop)\s+(or\s+replace\s+)?(unlogged\s+|temporary\s+|temp\s+|unique\s+|materialized\s+)?` +
    String.raw`(table|index|schema|view|function|trigger|type|database|role|extension|sequence)\s+(if\s+(not\s+)?exists\s+)?(${name})`,
].join('|');

// SQL is written in one case; a sentence that begins with "Select" or "Update" is not.
const lowerSql = new RegExp(String.raw`^\s*(${statements})`);
const upperSql = new RegExp(String.raw`^\s*(${statements})`, 'i');

/** SQL outside the store. A guess by the look of a text: a verb of SQL and what must follow it. */
export function checkSql({ sources }: Repository): Violation[] {
  return sources
    .filter(({ path }) => path.startsWith('src/') && !isTest(path) && !speaksSql.test(path))
    .flatMap((source) => {
      const violations: Violation[] = [];
      visit(source.tree, (node) => {
        const text = wholeText(node);
        if (text !== undefined && looksLikeSql(text)) {
          violations.push(violationAt(source, node, 'SQL outside src/store: give the store a method'));
        }
      });
      return violations;
    });
}

/** A literal's text; a template's with `?` for each value. */
function wholeText(node: Node): string | undefined {
  if (isStringLiteral(node) || isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!isTemplateExpression(node)) return undefined;
  return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('?');
}

function looksLikeSql(text: string): boolean {
  const verb = /^\s*([A-Za-z]+)/.exec(text)?.[1] ?? '';
  return verb === verb.toUpperCase() ? upperSql.test(text) : lowerSql.test(text);
}
