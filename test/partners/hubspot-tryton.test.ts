import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { startSimulator } from '../../src/connectors/hubspot/simulator.ts';
import { must } from '../../src/lib/assert.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { ServedSimulator } from '../../src/simulator/simulator.ts';
import { type FileContent, type Installation, install, type Ran } from '../scenarios/installation.ts';
import { missingTryton, startTryton, type TrytonServer } from './tryton.ts';
import { asDate, asDecimal } from './tryton-desk.ts';
import { nextSecond, personCategory } from './tryton-people.ts';

type Fields = Record<string, unknown>;

const companies = 12;
const persons = 30;
const products = 10;
const documents = 8;
const posted = 3;

suite('HubSpot and a real Tryton', { skip: missingTryton() }, () => {
  let hubspot: ServedSimulator;
  let tryton: TrytonServer;
  let installation: Installation;
  let file: FileContent;
  let first: Ran;
  before(async () => {
    tryton = await startTryton();
    hubspot = await startSimulator({ port: 0, clock: systemClock, records: 0, settings: { limits: 'off' } });
    installation = await install();
    await fillTryton(tryton);
    fillHubspot(hubspot);
    file = fileOf(hubspot, tryton);
    first = await installation.sync(file);
  });
  after(async () => {
    await hubspot?.stop();
    await tryton?.stop();
  });

  test('companies, persons, products, sales and invoices arrive on both sides, with who bought what', async () => {
    assert.deepEqual(problemsOf(first), {});
    const { desk } = tryton;
    assert.equal(first.exit, 0);
    assert.equal(live(hubspot, 'companies').length, companies + 3);
    assert.equal(live(hubspot, 'contacts').length, persons + 5);
    assert.equal(live(hubspot, 'products').length, products + 2);
    assert.equal(live(hubspot, 'orders').length, documents + 1);
    assert.equal(live(hubspot, 'invoices').length, documents);
    assert.equal(await desk.call('sale.sale', 'search_count', []), documents + 1);
    const [sale] = await desk.call<Fields[]>('sale.sale', 'search_read', [['reference', '=', 'HS-1']], 0, 1, null, [
      ...['party.name', 'currency.code'],
    ]);
    assert.equal((must(sale)['party.'] as Fields).name, 'Hub Company 1');
    const states = live(hubspot, 'invoices').map(({ values }) => values.hs_invoice_status);
    assert.equal(states.filter((one) => one === 'open').length, posted, 'posted invoices are open');
    assert.equal(states.filter((one) => one === 'draft').length, documents - posted);
  });

  test('R3 a second run writes nothing', async () => {
    const again = await installation.sync(file);
    for (const [name, { a, b }] of Object.entries(again.syncs)) {
      const none = { created: 0, updated: 0, archived: 0, deleted: 0 };
      assert.deepEqual({ a, b }, { a: none, b: none }, name);
    }
  });

  test('edits on both sides meet, those of an e-mail address that leave its party’s stamp alone too', async () => {
    await nextSecond();
    const { desk } = tryton;
    const [way] = await desk.call<number[]>('party.contact_mechanism', 'search', [['value', '=', 'p3@example.com']]);
    await desk.call('party.contact_mechanism', 'write', [way], { value: 'moved3@example.com' });
    const ann = must(live(hubspot, 'contacts').find(({ values }) => values.email === 'p3@example.com'));
    hubspot.admin.edit('contacts', { update: [{ id: ann.id, values: { city: 'Potsdam' } }] });
    const ran = await installation.sync(file);
    assert.deepEqual(problemsOf(ran), {});
    assert.equal(hubspot.admin.record('contacts', ann.id)?.values.email, 'moved3@example.com');
    const [party] = await desk.call<Fields[]>(
      ...(['party.party', 'search_read', [['contact_mechanisms.value', '=', 'moved3@example.com']]] as const),
      ...[0, 1, null, ['addresses.city']],
    );
    assert.equal((must(party)['addresses.'] as Fields[])[0]?.city, 'Potsdam');
  });

  test('a posted invoice edited in HubSpot is a named failure with its remedy, and nothing else stops', async () => {
    const [open, draft] = ['open', 'draft'].map((status) =>
      must(live(hubspot, 'invoices').find(({ values }) => values.hs_invoice_status === status)),
    );
    const update = [open, draft].map((one) => ({ id: must(one).id, values: { hs_comments: 'please pay' } }));
    hubspot.admin.edit('invoices', { update });
    const ran = await installation.sync(file);
    assert.equal(ran.exit, 1);
    assert.deepEqual(problemsOf(ran), { invoices: { 'rejected-by-app': 1 } });
    const reason = await problemText(installation);
    assert.match(reason, /posted, paid or cancelled/);
    assert.match(reason, /credit the invoice in Tryton/);
    const [there] = await tryton.desk.call<Fields[]>(
      ...(['account.invoice', 'search_read', [['comment', '=', 'please pay']]] as const),
      ...[0, 1, null, ['state']],
    );
    assert.equal(there?.state, 'draft', 'the draft beside it was written');
  });
});

function fileOf(hubspot: ServedSimulator, { settings, secrets }: TrytonServer): FileContent {
  const { account } = hubspot;
  const fast = { ...account.settings, callsPerTenSeconds: 100_000, searchesPerSecond: 1_000 };
  const pair = (crm: string, erp: string, more: Fields = {}) => ({
    a: { account: 'crm', object: crm },
    b: { account: 'erp', object: erp },
    brakes: { create: 'off', update: 'off' },
    ...more,
  });
  return {
    accounts: { crm: { ...account, settings: fast }, erp: { app: 'tryton', settings, secrets } },
    syncs: {
      companies: pair('companies', 'companies'),
      people: pair('contacts', 'contacts'),
      products: pair('products', 'products'),
      orders: pair('orders', 'sales'),
      invoices: pair('invoices', 'invoices'),
    },
  };
}

/** Somebody's Tryton: parties with their contact mechanisms, products, sales and invoices, the first ones posted. */
async function fillTryton({ desk }: TrytonServer): Promise<void> {
  const { call } = desk;
  const category = await personCategory(desk);
  const party = (name: string, email: string, more: Fields) => ({
    name,
    contact_mechanisms: [
      [
        'create',
        [
          { type: 'email', value: email },
          { type: 'phone', value: '+49 30 1234567' },
        ],
      ],
    ],
    addresses: [['create', [{ street: 'Hauptstr. 1', postal_code: '10115', city: 'Berlin' }]]],
    ...more,
  });
  const firms = count(companies).map((n) => party(`Company ${n} GmbH`, `office${n}@example.com`, {}));
  const people = count(persons).map((n) =>
    party(`First${n} Last${n}`, `p${n}@example.com`, { categories: [['add', [category]]] }),
  );
  const ids = await call<number[]>('party.party', 'create', [...firms, ...people]);
  const rows = await call<{ id: number; addresses: number[] }[]>('party.party', 'read', ids, ['addresses']);
  const addresses = new Map(rows.map((row) => [row.id, row.addresses[0]]));
  const [unit] = await call<number[]>('product.uom', 'search', [['name', '=', 'Unit']], 0, 1, null);
  const goods = count(products).map((n) => ({
    name: `Product ${n}`,
    type: 'goods',
    default_uom: unit,
    sale_uom: unit,
    salable: true,
    list_price: asDecimal(`${10 + n}.50`),
    products: [['create', [{ suffix_code: `SKU${n}` }]]],
  }));
  await call('product.template', 'create', goods);
  const of = (n: number) => {
    const buyer = ids[n % 2 === 0 ? n : companies + n];
    return { party: buyer, invoice_address: addresses.get(Number(buyer)) };
  };
  const line = { type: 'line', unit, quantity: 2, unit_price: asDecimal('21.0000'), description: 'a service' };
  await call(
    'sale.sale',
    'create',
    count(documents).map((n) => ({ ...of(n), reference: `SO-${n}`, lines: [['create', [line]]] })),
  );
  const [journal] = await call<number[]>('account.journal', 'search', [['type', '=', 'revenue']], 0, 1, null);
  const account = async (kind: string) =>
    (await call<number[]>('account.account', 'search', [[`type.${kind}`, '=', true]], 0, 1, null))[0];
  const [receivable, revenue] = [await account('receivable'), await account('revenue')];
  const bills = count(documents).map((n) => ({
    ...of(n),
    ...{ type: 'out', journal, account: receivable, invoice_date: asDate('2026-06-15'), reference: `INV-${n}` },
    lines: [['create', [{ ...line, account: revenue }]]],
  }));
  const made = await call<number[]>('account.invoice', 'create', bills);
  await call('account.invoice', 'post', made.slice(0, posted));
}

/** Somebody's HubSpot, which knows others: and one order of a company that Tryton does not have. */
function fillHubspot({ admin }: ServedSimulator): void {
  const firms = count(3).map((n) => ({ name: `Hub Company ${n}`, phone: '+49 30 7654321' }));
  const made = admin.edit('companies', { create: firms }).created;
  const people = count(5).map((n) => ({ firstname: 'Hub', lastname: `Person ${n}`, email: `hub${n}@example.com` }));
  admin.edit('contacts', { create: people });
  admin.edit('products', {
    create: count(2).map((n) => ({ name: `Hub Product ${n}`, hs_sku: `HUB${n}`, price: '9.99' })),
  });
  const [order = ''] = admin.edit('orders', { create: [{ hs_order_name: 'HS-1', hs_currency_code: 'EUR' }] }).created;
  admin.edit('orders', { associate: [{ id: order, to: { object: 'companies', id: must(made[1]) } }] });
}

function count(most: number): number[] {
  return Array.from({ length: most }, (_, index) => index);
}

function live({ admin }: ServedSimulator, object: string) {
  return admin.records(object).filter((record) => record.archivedAt === undefined);
}

function problemsOf({ syncs }: Ran): Record<string, Record<string, number>> {
  const found = Object.entries(syncs).map(([name, { problems }]) => [name, problems] as const);
  return Object.fromEntries(found.filter(([, problems]) => Object.keys(problems).length > 0)) as never;
}

/** Why records are not in sync, in the words that people are shown. */
async function problemText({ db }: Installation): Promise<string> {
  const rows = await db.rows<{ problem: string }>(
    `select problem::text as problem from syncline.link where problem is not null`,
  );
  return rows.map(({ problem }) => problem).join('\n');
}
