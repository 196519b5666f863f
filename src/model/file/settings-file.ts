import { type Document, isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import type { Settings } from '../settings.ts';
import { normalise } from './normalise.ts';
import { fileSchema, plainWords } from './schema.ts';

/** A file of settings, read: what it says, and where in the file each part stands. */
export interface SettingsFile {
  settings: Settings;
  /** Where a part stands (its key, or the nearest part above it that the file has). */
  place(path: (string | number)[]): Place;
}

/** A place in a file, both from 1. */
export interface Place {
  line: number;
  column: number;
}

/** A file that cannot be taken: what is wrong, where, and what is allowed. */
export class FileRefused extends Error {
  readonly line: number;
  readonly column: number;
  constructor(message: string, { line, column }: Place) {
    super(message);
    this.name = 'FileRefused';
    this.line = line;
    this.column = column;
  }
}

/** The largest file that is read, in characters. */
const MOST_CHARACTERS = 5_000_000;
/** `$NAME`: a value from the environment. */
const FROM_ENVIRONMENT = /^\$([A-Za-z_][A-Za-z0-9_]*)$/;

/**
 * Reads the file format of docs/guides/run-a-sync.md (YAML 1.2). `environment` gives the values of `$NAME`. Throws
 * {@link FileRefused} for the first thing that is wrong.
 */
export function readSettingsFile(text: string, environment: Record<string, string | undefined>): SettingsFile {
  if (text.length > MOST_CHARACTERS) throw new FileRefused('the file is larger than 5 MB', { line: 1, column: 1 });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false, version: '1.2' });
  const place = (path: (string | number)[]) => placeOf(document.contents, path, lines);
  const [broken] = document.errors;
  if (broken) {
    const at = lines.linePos(broken.pos[0]);
    throw new FileRefused(broken.message, { line: at.line, column: at.col });
  }
  const checked = fileSchema.safeParse(contentOf(document), { error: plainWords });
  if (!checked.success) {
    const issue = checked.error.issues[0];
    const path = (issue?.path ?? []) as (string | number)[];
    const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
    const where = unknown === undefined ? path : [...path, unknown];
    throw new FileRefused(`${where.join('.') || 'the file'}: ${issue?.message ?? 'is not understood'}`, place(where));
  }
  const settings = normalise(checked.data);
  fillIn(settings, environment, place);
  for (const [key, sync] of Object.entries(settings.syncs)) {
    for (const side of ['a', 'b'] as const) {
      if (settings.accounts[sync[side].account]) continue;
      const known = Object.keys(settings.accounts).join(', ') || 'none';
      const message = `syncs.${key}.${side}.account: there is no account ${sync[side].account} in this file; it has ${known}`;
      throw new FileRefused(message, place(['syncs', key, side, 'account']));
    }
  }
  return { settings, place };
}

/** How often a part may be repeated by its name (`*name`). */
const MOST_ALIASES = 100;

function contentOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES }) ?? {};
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw new FileRefused(`the file repeats its parts more often than it may: ${error.message}`, {
      line: 1,
      column: 1,
    });
  }
}

function fillIn(
  settings: Settings,
  environment: Record<string, string | undefined>,
  place: SettingsFile['place'],
): void {
  for (const [key, account] of Object.entries(settings.accounts)) {
    for (const part of ['settings', 'secrets'] as const) {
      for (const [name, value] of Object.entries(account[part])) {
        const variable = FROM_ENVIRONMENT.exec(value)?.[1];
        if (variable === undefined) continue;
        const found = environment[variable];
        if (found === undefined) {
          const message = `accounts.${key}.${part}.${name}: the environment has no ${variable}; set it before you start`;
          throw new FileRefused(message, place(['accounts', key, part, name]));
        }
        account[part][name] = found;
      }
    }
  }
}

/** The place of the deepest part of the path that the file has: a map's entry is found at its key. */
function placeOf(contents: unknown, path: (string | number)[], lines: LineCounter): Place {
  let node = contents as Node | null;
  let offset = node?.range?.[0] ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
      if (!pair) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value as Node | null;
    } else if (node && 'items' in node && typeof step === 'number') {
      const item = node.items[step] as Node | undefined;
      if (!item) break;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else break;
  }
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}
