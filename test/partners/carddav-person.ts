import type { Values } from '../../src/model/value.ts';
import type { DavServer } from './radicale.ts';

/** Somebody with another contacts app on the same address book: plain HTTP and vCards written here, nothing of the connector. */
export interface CardPerson {
  /** New cards with `full_name`, `first_name`, `last_name`, `email`, `note`; their ids. */
  make(records: Values[]): Promise<string[]>;
  edit(id: string, values: Values): Promise<void>;
  remove(id: string): Promise<void>;
  /** The card's `note` and `email`; null once it is removed. */
  show(id: string): Promise<Values | null>;
  count(): Promise<number>;
  /** The card's text as the server gives it. */
  read(id: string): Promise<string>;
  /** Stores a card's text as it is, under any name. */
  write(id: string, text: string): Promise<void>;
}

/** A person at this server's address book. */
export function cardPerson(server: DavServer): CardPerson {
  const authorization = `Basic ${Buffer.from(`${server.username}:${server.password}`).toString('base64')}`;
  let made = 0;
  const call = async (method: string, id: string, body?: string, headers = {}) => {
    const all = { authorization, 'content-type': 'text/vcard; charset=utf-8', ...headers };
    return await fetch(`${server.book}${id}`, { method, headers: all, body });
  };
  const must = async (method: string, id: string, body?: string) => {
    const reply = await call(method, id, body);
    if (!reply.ok) throw new Error(`${method} ${id} answered ${reply.status}: ${await reply.text()}`);
    return await reply.text();
  };
  const write = async (id: string, text: string) => void (await must('PUT', id, text));
  return {
    write,
    read: (id) => must('GET', id),
    async make(records) {
      const isFirst = made === 0;
      const ids = records.map(() => `person-${++made}.vcf`);
      if (isFirst && server.takesWholeBooks && records.length > atOnce) {
        // Radicale takes a whole book at once, and names each card after its UID.
        await must('PUT', '', ids.map((id, index) => cardOf(id, records[index] ?? {})).join(''));
        return ids;
      }
      for (let at = 0; at < ids.length; at += atOnce) {
        const part = ids.slice(at, at + atOnce);
        await Promise.all(part.map((id, index) => write(id, cardOf(id, records[at + index] ?? {}))));
      }
      return ids;
    },
    async edit(id, values) {
      const lines = unfolded(await must('GET', id)).filter((line) => !(line.startsWith('NOTE') && 'note' in values));
      await write(id, [...lines.slice(0, -1), ...linesOf(values), 'END:VCARD', ''].join('\r\n'));
    },
    remove: async (id) => void (await must('DELETE', id)),
    async show(id) {
      const reply = await call('GET', id);
      if (reply.status === 404) return null;
      const lines = unfolded(await reply.text());
      return { note: textOf(lines, 'NOTE'), email: textOf(lines, 'EMAIL') };
    },
    async count() {
      const body = '<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>';
      const reply = await call('PROPFIND', '', body, { depth: '1', 'content-type': 'application/xml' });
      return (await reply.text()).match(/\.vcf<\//g)?.length ?? 0;
    },
  };
}

/** Cards written at once; Radicale lets no more than five callers wait at its door. */
const atOnce = 4;

function cardOf(id: string, values: Values): string {
  const { full_name, first_name, last_name } = values;
  const names = [`FN:${escaped(full_name ?? id)}`, `N:${escaped(last_name ?? '')};${escaped(first_name ?? '')};;;`];
  const head = ['BEGIN:VCARD', 'VERSION:3.0', `UID:${id.replace('.vcf', '')}`];
  return [...head, ...names, ...linesOf(values), 'END:VCARD', ''].join('\r\n');
}

function linesOf({ email, note }: Values): string[] {
  return [...(email ? [`EMAIL;TYPE=WORK:${escaped(email)}`] : []), ...(note ? [`NOTE:${escaped(note)}`] : [])];
}

function escaped(value: unknown): string {
  return String(value)
    .replace(/[\\,;]/g, '\\$&')
    .replace(/\r\n|\n/g, '\\n');
}

function unfolded(text: string): string[] {
  return text
    .replace(/\r?\n[ \t]/g, '')
    .split(/\r?\n/)
    .filter(Boolean);
}

function textOf(lines: string[], name: string): string | null {
  const line = lines.find((each) => each.replace(/[;:].*/s, '') === name);
  return line ? line.slice(line.indexOf(':') + 1).replace(/\\(.)/g, (_, c) => (c === 'n' ? '\n' : c)) : null;
}
