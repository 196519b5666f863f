import type { Person } from '../../src/connector/conformance.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { Value, Values } from '../../src/model/value.ts';
import { asDate, asDecimal, type TrytonDesk } from './tryton-desk.ts';

type Fields = Record<string, unknown>;

/** Removes whatever tests made: the next one finds an account without records. */
export async function emptyTryton({ call }: TrytonDesk): Promise<void> {
  for (const model of ['sale.sale', 'account.invoice', 'product.product', 'product.template']) {
    const ids = await call<number[]>(model, 'search', []);
    if (ids.length > 0) await call(model, 'delete', ids);
  }
  const own = (await call<{ party: number }[]>('company.company', 'search_read', [], 0, null, null, ['party'])).map(
    (row) => row.party,
  );
  const parties = await call<number[]>('party.party', 'search', [['id', 'not in', own]]);
  if (parties.length > 0) await call('party.party', 'delete', parties);
  const categories = await call<number[]>('party.category', 'search', []);
  if (categories.length > 0) await call('party.category', 'delete', categories);
}

/** Somebody who keeps persons in Tryton: name, e-mail and the street of their address. */
export function partyPerson(desk: TrytonDesk): Person {
  const { call } = desk;
  const rowOf = async (id: string) => {
    const names = [
      'name',
      'active',
      'contact_mechanisms.type',
      'contact_mechanisms.value',
      'addresses.street',
      'addresses',
    ];
    const found = await call<Fields[]>('party.party', 'search_read', [['id', '=', Number(id)]], 0, 1, null, names);
    return found[0];
  };
  return {
    async make(records) {
      const category = await personCategory(desk);
      const rows = records.map((record) => ({
        name: record.name,
        categories: [['add', [category]]],
        contact_mechanisms: record.email ? [['create', [{ type: 'email', value: record.email }]]] : [],
        addresses: [['create', [{ street: record.street }]]],
      }));
      return (await call<number[]>('party.party', 'create', rows)).map(String);
    },
    // The address is written directly, as in Tryton's own list of addresses: its party's stamp stays.
    async edit(id, values) {
      await nextSecond();
      const row = await rowOf(id);
      if ('street' in values) await call('party.address', 'write', row?.addresses, { street: values.street });
      if ('name' in values) await call('party.party', 'write', [Number(id)], { name: values.name });
    },
    remove: async (id) => void (await call('party.party', 'write', [Number(id)], { active: false })),
    async show(id) {
      const row = await rowOf(id);
      if (!row?.active) return null;
      const ways = row['contact_mechanisms.'] as { type: string; value: string }[];
      const email = ways.find(({ type }) => type === 'email')?.value ?? null;
      const [address] = row['addresses.'] as { street: string | null }[];
      return { name: row.name as Value, email, street: address?.street ?? null };
    },
    count: () =>
      call<number>('party.party', 'search_count', [
        ['active', '=', true],
        ['categories', '!=', null],
      ]),
    tie: async (ids) => void (await call('party.party', 'write', ids.map(Number), { lang: null })),
  };
}

/** Somebody who keeps products, each with one variant. */
export function productPerson({ call }: TrytonDesk): Person {
  const read = async (id: string) =>
    (
      await call<Fields[]>('product.product', 'search_read', [['id', '=', Number(id)]], 0, 1, null, [
        ...['name', 'code', 'description', 'active', 'template'],
      ])
    )[0];
  const variant = (values: Values): Fields => ({
    ...('code' in values ? { suffix_code: values.code } : {}),
    ...('description' in values ? { description: values.description } : {}),
  });
  return {
    async make(records) {
      const [unit] = await call<number[]>('product.uom', 'search', [['name', '=', 'Unit']], 0, 1, null);
      const rows = records.map((record) => ({
        name: record.name,
        type: 'goods',
        default_uom: unit,
        list_price: asDecimal(String(record.list_price ?? '1')),
        products: [['create', [variant(record)]]],
      }));
      const ids = await call<number[]>('product.template', 'create', rows);
      const made = await call<{ id: number; products: number[] }[]>('product.template', 'read', ids, ['products']);
      const byId = new Map(made.map(({ id, products }) => [id, products[0]]));
      return ids.map((id) => String(byId.get(id)));
    },
    async edit(id, values) {
      await nextSecond();
      await call('product.product', 'write', [Number(id)], variant(values));
    },
    remove: async (id) => void (await call('product.product', 'write', [Number(id)], { active: false })),
    async show(id) {
      const row = await read(id);
      if (!row?.active) return null;
      return { name: row.name as Value, code: row.code as Value, description: row.description as Value };
    },
    count: () => call<number>('product.product', 'search_count', [['active', '=', true]]),
    tie: async (ids) => void (await call('product.product', 'write', ids.map(Number), { description: 'tied' })),
  };
}

/** Somebody who enters sales to one party. */
export function salePerson({ call }: TrytonDesk, party: number): Person {
  const columns = ({ company: _, ...values }: Values): Fields => ({
    ...values,
    ...(typeof values.sale_date === 'string' ? { sale_date: asDate(values.sale_date) } : {}),
  });
  return {
    async make(records) {
      const rows = records.map((record) => ({ party, ...columns(record) }));
      return (await call<number[]>('sale.sale', 'create', rows)).map(String);
    },
    async edit(id, values) {
      await nextSecond();
      await call('sale.sale', 'write', [Number(id)], columns(values));
    },
    remove: async (id) => void (await call('sale.sale', 'delete', [Number(id)])),
    async show(id) {
      const names = ['reference', 'comment'];
      const found = await call<Fields[]>('sale.sale', 'search_read', [['id', '=', Number(id)]], 0, 1, null, names);
      return found[0] ? { reference: found[0].reference as Value, comment: found[0].comment as Value } : null;
    },
    count: () => call<number>('sale.sale', 'search_count', []),
    tie: async (ids) => void (await call('sale.sale', 'write', ids.map(Number), { comment: 'tied' })),
  };
}

/** The category that marks persons, made where there is none. */
export async function personCategory({ call }: TrytonDesk): Promise<number> {
  const [found] = await call<number[]>('party.category', 'search', [['name', '=', 'Person']], 0, 1, null);
  if (found !== undefined) return found;
  const [made] = await call<number[]>('party.category', 'create', [{ name: 'Person' }]);
  return Number(made);
}

/** Tryton's stamps on SQLite are whole seconds: an edit is told from the one before only in another second. */
export async function nextSecond(): Promise<void> {
  await systemClock.sleep(1010 - (systemClock.now() % 1000));
}
