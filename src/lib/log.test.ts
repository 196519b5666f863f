import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LogOptions, pinoLog, silentLog } from './log.ts';

test('a plain line is one line: time, level, message, facts', () => {
  const { log, lines } = listen({ form: 'plain' });
  log.with({ sync: 'contacts' }).info('a run\n began', { records: 3, side: undefined });
  assert.match(lines.join(''), /^\d{4}-\d\d-\d\dT[\d:.]+Z info {2}a run began {2}sync=contacts {2}records=3\n$/);
});

test('a JSON line holds the same as fields', () => {
  const { log, lines } = listen({ form: 'json' });
  log.warn('slow', { account: 'crm' });
  const { time, ...rest } = JSON.parse(lines.join(''));
  assert.equal(typeof time, 'string');
  assert.deepEqual(rest, { level: 'warn', account: 'crm', msg: 'slow' });
});

test('lines below the level are dropped', () => {
  const { log, lines } = listen({ level: 'warn' });
  log.debug('no');
  log.info('no');
  log.error('yes');
  assert.equal(lines.length, 1);
});

test('secrets never reach a line: known ones, named ones, and what looks like one', () => {
  const secrets = new Set<string>();
  const { log, lines } = listen({ secrets });
  secrets.add('pa55 word');
  log.error('refused pa55 word and pa55%20word', { token: 'abc', url: 'postgres://me:pw@host/db' });
  log.with({ apiKey: 'k', note: 'pa55 word' }).info('Authorization: Bearer abcdef123456abcdef');
  const text = lines.join('');
  for (const secret of ['pa55', 'abc', 'me:pw', '"k"', 'abcdef'])
    assert.ok(!text.includes(secret), `${secret} in ${text}`);
});

test('the silent log takes everything and says nothing', () => {
  silentLog.with({ a: 1 }).error('nothing');
});

function listen(options: Partial<LogOptions>) {
  const lines: string[] = [];
  const log = pinoLog({ level: 'debug', form: 'json', secrets: [], write: (line) => lines.push(line), ...options });
  return { log, lines };
}
