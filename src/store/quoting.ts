import { toText } from './text.ts';

/** A name as an identifier of SQL: words of the language need the quotes. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as a constant of SQL. */
export function literal(text: string): string {
  return `'${toText(text).replaceAll("'", "''")}'`;
}
