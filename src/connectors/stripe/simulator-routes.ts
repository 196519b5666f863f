import { type Route, route } from '../../simulator/router.ts';
import type { SimRecord } from '../../simulator/sim-record.ts';
import { jsonReply } from '../../simulator/sim-reply.ts';
import { type Account, integration, liveIn, newestFirst, ownCurrency, seconds } from './simulator-account.ts';
import { invalid, noSuch } from './simulator-error.ts';
import { groupIn, type Parameters, parametersOf, refuseUnknown, textIn, textsIn } from './simulator-form.ts';
import { customerInput, metadataInput, priceInput, productInput } from './simulator-input.ts';
import { isCreatedWithin, listParameters, page } from './simulator-lists.ts';
import { shownDeleted, shownOf } from './simulator-shown.ts';

/** Endpoints of the account, its customers, products, prices and events. */
export function recordRoutes(account: Account): Route[] {
  return [...accountRoutes(account), ...customerRoutes(account), ...productRoutes(account), ...priceRoutes(account)];
}

/** A page of a table, newest first. */
export function listOf(
  account: Account,
  table: 'customers' | 'products' | 'prices' | 'invoices',
  parameters: Parameters,
  wanted: (record: SimRecord) => boolean,
) {
  const records = newestFirst(account[table]).filter(
    (record) => wanted(record) && isCreatedWithin(parameters, seconds(record.createdAt)),
  );
  const list = page(`/v1/${table}`, records, parameters);
  const expand = (textsIn(parameters, 'expand') ?? []).map((path) => path.replace(/^data\./, ''));
  return jsonReply(200, { ...list, data: list.data.map((record) => shownOf(account, table, record, expand)) });
}

function accountRoutes(account: Account): Route[] {
  return [
    route('GET', '/v1/account', () =>
      jsonReply(200, {
        id: 'acct_1Simulated',
        object: 'account',
        country: 'US',
        default_currency: ownCurrency,
        email: 'owner@example.com',
        settings: { dashboard: { display_name: 'Simulated account' } },
      }),
    ),
    route('GET', '/v1/events', ({ request }) => {
      const parameters = parametersOf(request);
      refuseUnknown(parameters, [...listParameters, 'type', 'types', 'delivery_success']);
      const types = textsIn(parameters, 'types');
      if (types && types.length > 20) throw invalid('You can pass at most 20 types', 'types');
      const type = textIn(parameters, 'type');
      const events = account.events
        .all()
        .filter((event) => (types ?? (type ? [type] : [event.type])).includes(event.type));
      const within = events.filter(({ created }) => isCreatedWithin(parameters, created)).reverse();
      return jsonReply(200, page('/v1/events', within, parameters));
    }),
  ];
}

function customerRoutes(account: Account): Route[] {
  const { customers } = account;
  const reply = (record: SimRecord) => jsonReply(200, shownOf(account, 'customers', record));
  return [
    route('GET', '/v1/customers', ({ request }) => {
      const parameters = parametersOf(request);
      refuseUnknown(parameters, [...listParameters, 'email']);
      const email = textIn(parameters, 'email');
      return listOf(
        account,
        'customers',
        parameters,
        ({ archivedAt, values }) => archivedAt === undefined && (!email || values.email === email),
      );
    }),
    route('POST', '/v1/customers', ({ request }) =>
      reply(customers.create(customerInput(parametersOf(request)), integration)),
    ),
    route('GET', '/v1/customers/{id}', ({ params: { id = '' } }) => {
      const record = customers.get(id);
      if (!record) throw noSuch('customer', id, 'id', 'path');
      return record.archivedAt === undefined ? reply(record) : jsonReply(200, shownDeleted('customers', id));
    }),
    route('POST', '/v1/customers/{id}', ({ request, params: { id = '' } }) => {
      liveIn(customers, 'customer', id);
      return reply(customers.update(id, customerInput(parametersOf(request)), integration));
    }),
    route('DELETE', '/v1/customers/{id}', ({ params: { id = '' } }) => {
      liveIn(customers, 'customer', id);
      customers.archive(id, integration);
      return jsonReply(200, shownDeleted('customers', id));
    }),
  ];
}

function productRoutes(account: Account): Route[] {
  const { products, prices } = account;
  const reply = (record: SimRecord, parameters: Parameters) =>
    jsonReply(200, shownOf(account, 'products', record, textsIn(parameters, 'expand')));
  const known = (id: string) => products.get(id) ?? fail(noSuch('product', id, 'id', 'path'));
  return [
    route('GET', '/v1/products', ({ request }) => {
      const parameters = parametersOf(request);
      refuseUnknown(parameters, [...listParameters, 'active', 'ids', 'url', 'shippable']);
      const [active, ids] = [textIn(parameters, 'active'), textsIn(parameters, 'ids')];
      return listOf(
        account,
        'products',
        parameters,
        ({ id, archivedAt }) =>
          (active === undefined || String(archivedAt === undefined) === active) && (!ids || ids.includes(id)),
      );
    }),
    route('POST', '/v1/products', ({ request }) => {
      const parameters = parametersOf(request);
      const values = productInput(parameters);
      if (!values.name) throw invalid('Missing required param: name.', 'name', 'parameter_missing');
      const first = groupIn(parameters, 'default_price_data');
      const price = first ? priceInput(first, 'default_price_data') : undefined;
      const made = products.create(values, integration);
      if (!price) return reply(made, parameters);
      const { id } = prices.create({ ...price, active: true, product: made.id }, integration);
      return reply(products.update(made.id, { default_price: id }, integration), parameters);
    }),
    route('GET', '/v1/products/{id}', ({ request, params: { id = '' } }) => reply(known(id), parametersOf(request))),
    route('POST', '/v1/products/{id}', ({ request, params: { id = '' } }) => {
      const parameters = parametersOf(request);
      const values = { ...productInput(parameters), ...defaultPrice(account, id, parameters) };
      const active = textIn(parameters, 'active') ?? String(known(id).archivedAt === undefined);
      if (known(id).archivedAt !== undefined && (active === 'true' || Object.keys(values).length > 0)) {
        products.restore(id, integration);
      }
      if (Object.keys(values).length > 0) products.update(id, values, integration);
      if (active === 'false' && known(id).archivedAt === undefined) products.archive(id, integration);
      return reply(known(id), parameters);
    }),
    route('DELETE', '/v1/products/{id}', ({ params: { id = '' } }) => {
      known(id);
      if ([...prices.all()].some(({ values }) => values.product === id)) {
        throw invalid('This product cannot be deleted because it has one or more user-created prices.');
      }
      products.purge(id, integration);
      return jsonReply(200, shownDeleted('products', id));
    }),
  ];
}

function defaultPrice(account: Account, product: string, parameters: Parameters): { default_price?: string } {
  const id = textIn(parameters, 'default_price');
  if (id === undefined) return {};
  const price = liveIn(account.prices, 'price', id, 'default_price');
  if (price.values.product !== product) throw invalid('The price is not of this product.', 'default_price');
  if (price.values.active === false) throw invalid('The price is not active.', 'default_price');
  return { default_price: id };
}

function priceRoutes(account: Account): Route[] {
  const { products, prices } = account;
  const reply = (record: SimRecord) => jsonReply(200, shownOf(account, 'prices', record));
  return [
    route('GET', '/v1/prices', ({ request }) => {
      const parameters = parametersOf(request);
      refuseUnknown(parameters, [...listParameters, 'active', 'currency', 'product', 'type', 'lookup_keys']);
      const wanted = ['currency', 'product', 'active'].map((name) => [name, textIn(parameters, name)] as const);
      return listOf(account, 'prices', parameters, ({ values }) =>
        wanted.every(([name, value]) => value === undefined || String(values[name]) === value),
      );
    }),
    route('POST', '/v1/prices', ({ request }) => {
      const parameters = parametersOf(request);
      const amounts = ['currency', 'unit_amount', 'unit_amount_decimal', 'recurring'];
      refuseUnknown(parameters, [
        ...amounts,
        'product',
        'active',
        'nickname',
        'metadata',
        'lookup_key',
        'tax_behavior',
      ]);
      const product = liveIn(products, 'product', textIn(parameters, 'product') ?? '', 'product').id;
      const more = { nickname: textIn(parameters, 'nickname'), ...metadataInput(parameters) };
      return reply(prices.create({ ...priceInput(parameters), ...more, product, active: true }, integration));
    }),
    route('GET', '/v1/prices/{id}', ({ params: { id = '' } }) => reply(liveIn(prices, 'price', id))),
    route('POST', '/v1/prices/{id}', ({ request, params: { id = '' } }) => {
      const parameters = parametersOf(request);
      refuseUnknown(parameters, ['active', 'nickname', 'metadata', 'lookup_key', 'tax_behavior']);
      const { values } = liveIn(prices, 'price', id);
      const active = textIn(parameters, 'active');
      if (active === 'false' && products.get(String(values.product))?.values.default_price === id) {
        throw invalid('This price cannot be archived because it is the default price of its product.', 'active');
      }
      const nickname = textIn(parameters, 'nickname');
      const more = { ...(nickname === undefined ? {} : { nickname }), ...metadataInput(parameters) };
      return reply(prices.update(id, { ...more, ...(active ? { active: active === 'true' } : {}) }, integration));
    }),
  ];
}

function fail(error: Error): never {
  throw error;
}
