/** The text was not JSON. The message says where it stopped, never what it held: the text may be a record. */
export class JsonFailure extends Error {
  override name = 'JsonFailure';
}

/** The value of a JSON text; `what` names the text in the error ("the answer of HubSpot"). Throws `JsonFailure`. */
export function parseJson(text: string, what = 'the text'): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new JsonFailure(`${what} is not JSON: ${reasonOf(error, text)}`);
  }
}

/** JSON with sorted keys: equal values give equal text, whatever order their keys came in. */
export function stableStringify(value: unknown): string {
  return JSON.stringify(value, (_key, part) => (isPlain(part) ? sorted(part) : part)) ?? 'null';
}

/** V8's own message quotes the text around the fault; only the kind of the fault and its position are taken from it. */
function reasonOf(error: unknown, text: string): string {
  if (text.trim() === '') return 'it is empty';
  const message = error instanceof Error ? error.message : '';
  const position = Number(/at position (\d+)/.exec(message)?.[1] ?? Number.NaN);
  if (position >= text.length || message.includes('end of JSON'))
    return `it breaks off after ${text.length} characters`;
  return Number.isNaN(position) ? `${text.length} characters` : `wrong at character ${position + 1} of ${text.length}`;
}

function isPlain(part: unknown): part is Record<string, unknown> {
  return typeof part === 'object' && part !== null && !Array.isArray(part);
}

function sorted(part: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
}
