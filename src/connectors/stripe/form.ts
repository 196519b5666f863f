import { Failure } from '../../connector/contract.ts';
import type { HttpRequest } from '../../connector/session.ts';

/** The version of the API that is spoken, whatever the account's own is. */
export const apiVersion = '2026-10-28.endive';

/** Parameters by their paths ('address.line1'); a list stands for an array. */
export type Parameters = Record<string, string | string[] | undefined>;

/** A request with parameters as Stripe takes them: a form with brackets. Throws `Failure` 'invalid' for text that is none. */
export function formRequest(
  url: string,
  parameters: Parameters,
  headers: Record<string, string> = {},
): HttpRequest & { headers: Record<string, string> } {
  const form = new URLSearchParams();
  for (const [path, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    if (typeof value === 'string') form.append(bracketed(path), wellFormed(value));
    else if (value.length === 0) form.append(bracketed(path), '');
    else for (const entry of value) form.append(`${bracketed(path)}[]`, wellFormed(entry));
  }
  return {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: form.toString(),
  };
}

/** Stripe's name of a parameter as a path: address[line1] as address.line1. */
export function pathOf(parameter: string): string {
  return parameter.replaceAll('[', '.').replaceAll(']', '');
}

/** Keys of metadata may hold dots of their own. */
function bracketed(path: string): string {
  const [first = '', ...rest] = path.split('.');
  if (first === 'metadata') return `metadata[${rest.join('.')}]`;
  return first + rest.map((part) => `[${part}]`).join('');
}

/** A form has no way to write half a character: it would arrive as another text. */
function wellFormed(text: string): string {
  if (text.isWellFormed()) return text;
  throw new Failure('invalid', 'the text holds half a character, which no form can carry; correct it');
}
