import assert from 'node:assert/strict';
import { after, before, beforeEach, suite, test } from 'node:test';
import { missingTryton, startTryton, type TrytonServer } from '../../../test/partners/tryton.ts';
import { emptyTryton, nextSecond, personCategory } from '../../../test/partners/tryton-people.ts';
import type { ObjectType, Refusal, UpdateItem, WriteResult } from '../../connector/contract.ts';
import { type OpenSession, openSession } from '../../connector/open-session.ts';
import { must } from '../../lib/assert.ts';
import { systemClock } from '../../lib/clock.ts';
import { type Http, httpReply, systemHttp } from '../../lib/http.ts';
import { silentLog } from '../../lib/log.ts';
import { systemRandom } from '../../lib/random.ts';
import type { Values } from '../../model/value.ts';
import { connector } from './connector.ts';

suite('Tryton’s own ways', { skip: missingTryton() }, () => {
  let server: TrytonServer;
  let session: OpenSession;
  before(async () => {
    server = await startTryton();
  });
  beforeEach(async () => {
    await emptyTryton(server.desk);
    session = open(server);
  });
  after(() => server.stop());

  const read = async (name: string, id: string) => {
    const object = objectOf(name);
    const names = [
      ...(typeof object.fields === 'function' ? await object.fields(session) : object.fields),
      ...(object.associations ?? []),
    ].map((one) => one.name);
    return object.reads.byIds(session, [id], names);
  };
  const record = async (name: string, id: string) => must((await read(name, id)).records[0]);
  const create = async (name: string, ...all: Values[]) =>
    must(objectOf(name).writes?.create).send(
      session,
      all.map((values, n) => ({ values, token: `t${n}` })),
    );
  const update = async (name: string, id: string, values: Values, more: { version?: string; before?: Values } = {}) => {
    const now = await record(name, id);
    const item = { id, values, version: now.version, before: now.values, ...more };
    return must((await must(objectOf(name).writes?.update).send(session, [item]))[0]);
  };
  const changedSince = async (name: string, until: string) =>
    objectOf(name).reads.page(session, { since: until, fields: ['name'] });
  const cursor = async (name: string) =>
    must((await objectOf(name).reads.page(session, { fields: ['name'] })).until, 'a cursor');

  test('a new party, which has no time of a last edit, is among the changes', async () => {
    const until = await cursor('companies');
    const [id] = await server.desk.call<number[]>('party.party', 'create', [{ name: 'Untouched' }]);
    const [row] = await server.desk.call<{ write_date: null }[]>('party.party', 'read', [id], ['write_date']);
    assert.equal(row?.write_date, null);
    assert.deepEqual(idsOf(await changedSince('companies', until)), [String(id)]);
  });

  test('an e-mail address edited in its own list is a change of its party, and moves its version', async () => {
    const [made] = await create('companies', { name: 'Firm', email: 'a@example.com' });
    const id = doneId(made);
    const before = await record('companies', id);
    await nextSecond();
    const [way] = await server.desk.call<number[]>('party.contact_mechanism', 'search', [['party', '=', Number(id)]]);
    await server.desk.call('party.contact_mechanism', 'write', [way], { value: 'b@example.com' });
    const now = await record('companies', id);
    assert.equal(now.values.email, 'b@example.com');
    assert.notEqual(now.version, before.version);
    assert.equal(refusal(await update('companies', id, { email: 'c@example.com' }, before)).kind, 'stale');
  });

  test('two edits in one second have one stamp: an update that would overwrite the second is stale all the same', async () => {
    const [made] = await create('companies', { name: 'Firm', fax: null });
    const before = await record('companies', doneId(made));
    await server.desk.call('party.party', 'write', [Number(doneId(made))], { name: 'Renamed by a person' });
    const seen = await record('companies', doneId(made));
    const result = await update(
      'companies',
      doneId(made),
      { name: 'Ours' },
      { version: seen.version, before: before.values },
    );
    assert.equal(refusal(result).kind, 'stale');
  });

  test('an archived party is told as archived, and no listing hides how', async () => {
    const [made] = await create('companies', { name: 'Firm' });
    const until = await cursor('companies');
    await server.desk.call('party.party', 'write', [Number(doneId(made))], { active: false });
    const page = await changedSince('companies', until);
    assert.deepEqual(page.gone, [{ id: doneId(made), how: 'archived' }]);
  });

  test('a party that becomes a person leaves the companies and is among the contacts', async () => {
    const [made] = await create('companies', { name: 'Ann Lee' });
    const category = await personCategory(server.desk);
    await server.desk.call('party.party', 'write', [Number(doneId(made))], { categories: [['add', [category]]] });
    assert.deepEqual((await read('companies', doneId(made))).gone, [{ id: doneId(made), how: 'missing' }]);
    assert.equal((await record('contacts', doneId(made))).values.name, 'Ann Lee');
  });

  test('W3 a taken code rolls the whole transaction back: the others are then made one by one', async () => {
    doneId((await create('companies', { name: 'First', code: 'C-1' }))[0]);
    const results = await create('companies', { name: 'A' }, { name: 'B', code: 'C-1' }, { name: 'C' });
    assert.deepEqual(
      results.map((one) => ('refused' in one ? one.refused.kind : 'done')),
      ['done', 'duplicate', 'done'],
    );
    assert.equal(await server.desk.call('party.party', 'search_count', [['name', 'in', ['A', 'B', 'C']]]), 2);
  });

  test('a session that is over is opened again, with the call that met it', async () => {
    let refuse = 0;
    const http: Http = {
      request: async (request) =>
        refuse > 0 && String(request.body).includes('search_read') && refuse-- > 0
          ? httpReply(401, '')
          : systemHttp.request(request),
    };
    session = open(server, http);
    await cursor('companies');
    refuse = 1;
    await cursor('companies');
    assert.equal(refuse, 0);
  });

  test('amounts and dates are exact, whatever a binary number would make of them', async () => {
    const [made] = await create('products', { name: 'Gold', code: 'G', list_price: '90071992547409.9301' });
    assert.equal((await record('products', doneId(made))).values.list_price, '90071992547409.9301');
    const [party] = await create('companies', { name: 'Buyer' });
    const [sale] = await create('sales', { reference: 'R', sale_date: '2024-02-29', company: [doneId(party)] });
    assert.equal((await record('sales', doneId(sale))).values.sale_date, '2024-02-29');
  });

  test('a sale needs its party, a line its sale; its amount is Tryton’s', async () => {
    assert.equal(refusal((await create('sales', { reference: 'R' }))[0]).category, 'required-missing');
    const [party] = await create('contacts', { name: 'Ann Lee' });
    const [sale] = await create('sales', { reference: 'R', contact: [doneId(party)] });
    const [product] = await create('products', { name: 'Thing', list_price: '5' });
    const links = { sale: [doneId(sale)], product: [doneId(product)] };
    const [line] = await create('sale_lines', { description: 'two', quantity: '2', unit_price: '5.25', ...links });
    const shown = (await record('sale_lines', doneId(line))).values;
    assert.deepEqual([shown.amount, shown.sale, shown.product], ['10.5', links.sale, links.product]);
    const now = (await record('sales', doneId(sale))).values;
    assert.deepEqual([now.total_amount, now.contact, now.company], ['10.5', [doneId(party)], []]);
    const wrong = await update('sales', doneId(sale), { total_amount: '1' });
    assert.equal(refusal(wrong).category, 'read-only');
  });

  test('a sale gets another party while it is a draft, and keeps it later, with what to do', async () => {
    const [firm] = await create('companies', { name: 'Firm', street: 'Way 1' });
    const [person] = await create('contacts', { name: 'Ann Lee', street: 'Way 2' });
    const [sale] = await create('sales', { reference: 'R', company: [doneId(firm)] });
    const move = async (edges: UpdateItem['edges']) => {
      const item = { id: doneId(sale), values: {}, before: {}, ...(edges ? { edges } : {}) };
      return (await must(objectOf('sales').writes?.update).send(session, [item]))[0];
    };
    const shown = async () => {
      const { company, contact } = (await record('sales', doneId(sale))).values;
      return [company, contact];
    };
    doneId(await move({ contact: { add: [doneId(person)], remove: [] } }));
    assert.deepEqual(await shown(), [[doneId(firm)], []], 'of both Tryton takes the company');
    const across = { company: { add: [], remove: [doneId(firm)] }, contact: { add: [doneId(person)], remove: [] } };
    doneId(await move(across));
    assert.deepEqual(await shown(), [[], [doneId(person)]]);
    const [row] = await server.desk.call<{ 'shipment_address.': { street: string } }[]>(
      ...(['sale.sale', 'search_read', [['id', '=', Number(doneId(sale))]], 0, 1, null] as const),
      ['shipment_address.street'],
    );
    assert.equal(row?.['shipment_address.'].street, 'Way 2');
    const none = refusal(await move({ contact: { add: [], remove: [doneId(person)] } }));
    assert.equal(none.category, 'required-missing');
    await server.desk.call('sale.sale', 'quote', [Number(doneId(sale))]);
    const late = refusal(await move({ company: { add: [doneId(firm)], remove: [] } }));
    assert.equal(late.category, 'rejected-by-app');
    assert.match(late.message, /make it a draft again in Tryton/);
  });

  test('a posted invoice takes no edit and no deletion, and its party cannot be deleted: each says what to do', async (t) => {
    // Nothing brings a posted invoice away: what comes after this test needs a Tryton of its own.
    const own = await startTryton();
    t.after(() => own.stop());
    session = open(own);
    const [party] = await create('companies', { name: 'Debtor', street: 'Way 1' });
    const [made] = await create('invoices', { reference: 'I', invoice_date: '2026-06-15', company: [doneId(party)] });
    const invoice = { invoice: [doneId(made)] };
    doneId((await create('invoice_lines', { description: 'x', quantity: '1', unit_price: '20', ...invoice }))[0]);
    await own.desk.call('account.invoice', 'post', [Number(doneId(made))]);
    const shown = (await record('invoices', doneId(made))).values;
    assert.deepEqual([shown.status, shown.state, shown.total_amount], ['open', 'posted', '20']);
    const edited = refusal(await update('invoices', doneId(made), { comment: 'late' }));
    assert.equal(edited.category, 'rejected-by-app');
    assert.match(edited.message, /credit the invoice/);
    const removed = await must(objectOf('invoices').writes?.delete).send(session, [{ id: doneId(made) }]);
    assert.equal(refusal(removed[0]).category, 'rejected-by-app');
    const debtor = await must(objectOf('companies').writes?.delete).send(session, [{ id: doneId(party) }]);
    assert.equal(refusal(debtor[0]).category, 'rejected-by-app');
  });
});

function open({ settings, secrets }: TrytonServer, http = systemHttp): OpenSession {
  const parts = { account: 'test', settings, secrets, http, clock: systemClock, random: systemRandom, log: silentLog };
  return openSession(connector, parts);
}

function objectOf(name: string): ObjectType {
  const { objects } = connector;
  return must(typeof objects === 'function' ? undefined : objects.find((one) => one.name === name), name);
}

function idsOf({ records }: { records: { id: string }[] }): string[] {
  return records.map(({ id }) => id);
}

function doneId(result: WriteResult | undefined): string {
  assert.ok(result && 'done' in result, `done, not ${JSON.stringify(result)}`);
  return result.done;
}

function refusal(result: WriteResult | undefined): Refusal {
  assert.ok(result && 'refused' in result, `a refusal, not ${JSON.stringify(result)}`);
  return result.refused;
}
