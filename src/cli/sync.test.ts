import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import type { CommandSummary, SyncRequest, SyncResult } from '../server/api.ts';
import { type SyncSwitches, summaryText, syncCommand } from './sync.ts';

const none = { created: 0, updated: 0, archived: 0, deleted: 0 };
const preview: CommandSummary = {
  syncs: {
    people: {
      ...{ a: none, b: { ...none, created: 12 }, linked: 3, conflicts: 1 },
      ...{ inSync: 14, failing: 1, excluded: 2, waiting: 0, problems: { 'ambiguous-match': 1 }, paused: null },
    },
  },
  calls: { crm: 4 },
  seconds: 1.25,
};

/** A command at a terminal, where a person types these keys at the question. */
async function atTerminal(keys: string, switches: Partial<SyncSwitches> = {}) {
  const [input, out, err] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const texts = { out: '', err: '' };
  out.on('data', (text) => {
    texts.out += text;
    if (texts.out.endsWith('[y/N] ')) input.write(keys);
  });
  err.on('data', (text) => {
    texts.err += text;
  });
  let agreed: boolean | undefined;
  const sync = async (request: SyncRequest): Promise<SyncResult> => {
    agreed = await request.confirm?.(preview);
    return { exit: agreed ? 0 : 3, summary: preview, notes: [] };
  };
  const stop = new AbortController();
  const terminal = (stream: PassThrough) => Object.assign(stream, { isTTY: true, columns: 80 }) as unknown;
  const code = await syncCommand(
    'people.yaml',
    { data: 'data', ...switches },
    {
      sync,
      readFile: async () => 'syncs: {}',
      out: terminal(out) as NodeJS.WriteStream,
      err: terminal(err) as NodeJS.WriteStream,
      input: terminal(input) as NodeJS.ReadStream,
      stop: stop.signal,
    },
  );
  return { code, agreed, ...texts };
}

test('at a terminal a first sync is shown and asked for; yes starts it', async () => {
  const { code, agreed, out } = await atTerminal('y\n');
  assert.deepEqual([code, agreed], [0, true]);
  assert.match(
    out,
    /Nothing has been written yet\.\npeople: 14 would be in sync, 1 failing, 2 excluded\n {2}b: 12 would be created/,
  );
});

for (const [name, keys] of [
  ['no', 'n\n'],
  ['nothing', '\n'],
  ['another word', 'maybe\n'],
  ['Ctrl-C', '\u0003'],
  ['Ctrl-D', '\u0004'],
] as const) {
  test(`at a terminal ${name} is a no`, async () => {
    const { code, agreed } = await atTerminal(keys);
    assert.deepEqual([code, agreed], [3, false]);
  });
}

test('with --json nobody is asked', async () => {
  const { code, agreed, out } = await atTerminal('y\n', { json: true });
  assert.deepEqual([code, agreed], [3, undefined]);
  assert.deepEqual(JSON.parse(out), preview);
});

test('a summary in words says what was written, how the records stand, and what paused', () => {
  const [people] = Object.values(preview.syncs);
  const paused = { brake: 'update', share: 0.625, limit: 20 };
  const text = summaryText({ ...preview, syncs: { people: { ...people, paused } as never } }, '');
  assert.equal(
    text,
    `people: 14 in sync, 1 failing, 2 excluded
  b: 12 created
  3 linked
  1 conflict
  1 failing: ambiguous-match
  paused: the update brake (62.5 % of linked records, limit 20 records); look with --dry-run, then pass it once with --approve
4 to crm calls, 1.3 s`,
  );
});
