import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { progressLines } from './progress.ts';

/** What progress prints to a pipe, or to a terminal, when this is told. */
function printed(to: 'pipe' | 'terminal', ...told: Parameters<ReturnType<typeof progressLines>['tell']>[0][]): string {
  const stream = Object.assign(new PassThrough(), {
    isTTY: to === 'terminal',
    columns: 80,
    cursorTo: () => true,
    clearLine: () => true,
  });
  const lines = progressLines(stream as unknown as NodeJS.WriteStream, 'shown');
  for (const event of told) lines.tell(event);
  lines.end();
  return String(stream.read() ?? '');
}

test('in a pipe a line stands for what is done, and for a wait that is long', () => {
  const text = printed(
    'pipe',
    { kind: 'reading', name: 'crm/contacts', count: 0 },
    { kind: 'read', name: 'crm/contacts', count: 120 },
    { kind: 'syncing', name: 'people', count: 50 },
    { kind: 'synced', name: 'people', count: 120 },
    { kind: 'waiting', name: 'people', count: 1 },
    { kind: 'waiting', name: 'people', count: 30 },
  );
  assert.match(text, /^read crm\/contacts: 120 records\nsynced people: 120 records\npeople waits 30 s: .*\n$/);
});

test('at a terminal what is not counted yet is not said to be none', () => {
  assert.doesNotMatch(printed('terminal', { kind: 'reading', name: 'crm/contacts', count: 0 }), /0 records/);
  assert.match(printed('terminal', { kind: 'syncing', name: 'people', count: 50 }), /syncing people · 50 records/);
});
