import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { startSimulator } from '../../src/connectors/hubspot/simulator.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { ServedSimulator } from '../../src/simulator/simulator.ts';
import { type TestPostgres, testPostgres } from '../partners/postgres.ts';
import { accounts, indented, tables, unknownNames, unreadable } from './bad-files.ts';
import { badMappings, rings, unusableApps } from './bad-syncs.ts';
import { type Installation, install } from './installation.ts';

suite('a wrong file is refused at the door, with its place, and nothing is written', () => {
  let hubspot: ServedSimulator;
  let shop: TestPostgres;
  let installation: Installation;
  /** An address that nobody listens at. */
  let closed: string;
  before(async () => {
    hubspot = await startSimulator({ port: 0, clock: systemClock, records: 20, settings: { limits: 'off' } });
    shop = await testPostgres();
    await shop.query(tables);
    installation = await install();
    const gone = await startSimulator({ port: 0, clock: systemClock });
    closed = gone.url;
    await gone.stop();
  });
  after(async () => {
    await hubspot?.stop();
    await shop?.close();
  });

  const stands = async () => ({
    state: await installation.state(),
    changes: hubspot.admin.changes().length,
    rows: (await shop.query('select count(*)::int as n from customers')).rows,
  });

  for (const { name, yaml, at, says } of [...unreadable, ...unknownNames, ...badMappings, ...rings, ...unusableApps]) {
    test(name, async () => {
      const text = /^(accounts|-|$)/.test(yaml) ? fill(yaml) : `${fill(accounts)}syncs:\n${indented(yaml)}`;
      const untouched = await stands();
      const { message, line, column } = await installation.refusal(text);
      assert.match(message, says);
      if (at !== undefined) {
        assert.ok(line && column, `no place in: ${message}`);
        const there = text.split('\n')[line - 1]?.slice(column - 1) ?? '';
        assert.ok(there.startsWith(at), `line ${line}, column ${column} is '${there}', not '${at}': ${message}`);
      }
      assert.deepEqual(await stands(), untouched);
    });
  }

  function fill(text: string): string {
    const { settings, secrets } = hubspot.account;
    return text
      .replaceAll('BASE', settings.baseUrl ?? '')
      .replaceAll('CLOSED', closed)
      .replaceAll('TOKEN', secrets.token ?? '')
      .replaceAll('NOBODY', shop.url.replace('postgres@', 'nobody-here@'))
      .replaceAll('SHOP', shop.url);
  }
});
