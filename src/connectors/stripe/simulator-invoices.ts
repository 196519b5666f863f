import { type Route, route } from '../../simulator/router.ts';
import type { SimRecord } from '../../simulator/sim-record.ts';
import { jsonReply } from '../../simulator/sim-reply.ts';
import { type Account, integration, liveIn, ownCurrency, seconds } from './simulator-account.ts';
import { invalid } from './simulator-error.ts';
import { groupIn, integerIn, parametersOf, refuseUnknown, textIn } from './simulator-form.ts';
import { invoiceInput } from './simulator-input.ts';
import { listParameters, page } from './simulator-lists.ts';
import { listOf } from './simulator-routes.ts';
import { type Line, linesOf, shownDeleted, shownLine, shownOf } from './simulator-shown.ts';

/** What may be changed once an invoice is no draft any more. */
const editableLater = ['metadata', 'auto_advance', 'description', 'footer'];

/** Endpoints of invoices and their lines. */
export function invoiceRoutes(account: Account): Route[] {
  const { invoices, customers } = account;
  const reply = (record: SimRecord) => jsonReply(200, shownOf(account, 'invoices', record));
  return [
    route('POST', '/v1/invoices', ({ request }) => {
      const parameters = parametersOf(request);
      const values = invoiceInput(parameters);
      const customer = textIn(parameters, 'customer');
      if (!customer) throw invalid('Missing required param: customer.', 'customer', 'parameter_missing');
      liveIn(customers, 'customer', customer, 'customer');
      const currency = textIn(parameters, 'currency')?.toLowerCase() ?? ownCurrency;
      if (!/^[a-z]{3}$/.test(currency)) throw invalid(`Invalid currency: ${currency}`, 'currency');
      checkDue(values);
      return reply(invoices.create({ ...values, customer, currency, status: 'draft' }, integration));
    }),
    route('POST', '/v1/invoices/{id}', ({ request, params: { id = '' } }) => {
      const parameters = parametersOf(request);
      const now = liveIn(invoices, 'invoice', id).values;
      for (const fixed of ['customer', 'currency']) {
        if (parameters[fixed] !== undefined)
          throw invalid(`Received unknown parameter: ${fixed}`, fixed, 'parameter_unknown');
      }
      const fixed = Object.keys(parameters).find((name) => name !== 'expand' && !editableLater.includes(name));
      if (now.status !== 'draft' && fixed) {
        throw invalid(`Finalized invoices can't be updated in this way`, fixed, 'invoice_not_editable');
      }
      const values = invoiceInput(parameters);
      checkDue({ ...now, ...values });
      return reply(invoices.update(id, values, integration));
    }),
    route('DELETE', '/v1/invoices/{id}', ({ params: { id = '' } }) => {
      const { values } = liveIn(invoices, 'invoice', id);
      if (values.status !== 'draft') throw invalid('You can only delete draft invoices.', 'id', 'invoice_not_editable');
      invoices.archive(id, integration);
      return jsonReply(200, shownDeleted('invoices', id));
    }),
    ...readRoutes(account),
    ...stepRoutes(account),
    itemRoute(account),
  ];
}

/** Reading invoices and their lines. */
function readRoutes(account: Account): Route[] {
  const { invoices } = account;
  return [
    route('GET', '/v1/invoices', ({ request }) => {
      const parameters = parametersOf(request);
      refuseUnknown(parameters, [
        ...listParameters,
        'customer',
        'status',
        'due_date',
        'subscription',
        'collection_method',
      ]);
      const [customer, status] = [textIn(parameters, 'customer'), textIn(parameters, 'status')];
      return listOf(
        account,
        'invoices',
        parameters,
        ({ archivedAt, values }) =>
          archivedAt === undefined &&
          (!customer || values.customer === customer) &&
          (!status || values.status === status),
      );
    }),
    route('GET', '/v1/invoices/{id}', ({ params: { id = '' } }) =>
      jsonReply(200, shownOf(account, 'invoices', liveIn(invoices, 'invoice', id))),
    ),
    route('GET', '/v1/invoices/{id}/lines', ({ request, params: { id = '' } }) => {
      const record = liveIn(invoices, 'invoice', id);
      const lines = linesOf(record).map((line) => shownLine(record, line));
      return jsonReply(200, page(`/v1/invoices/${id}/lines`, lines, parametersOf(request)));
    }),
  ];
}

/** What happens to an invoice: it is finalized, paid, voided, given up. */
function stepRoutes(account: Account): Route[] {
  const { invoices } = account;
  const step = (name: string, from: string[], values: (record: SimRecord, now: number) => Record<string, unknown>) =>
    route('POST', `/v1/invoices/{id}/${name}`, ({ params: { id = '' } }) => {
      const record = liveIn(invoices, 'invoice', id);
      if (!from.includes(String(record.values.status))) {
        throw invalid(`The invoice is ${record.values.status}`, 'id', 'status_transition_invalid');
      }
      const now = seconds(account.ground.clock.now());
      return jsonReply(200, shownOf(account, 'invoices', invoices.update(id, values(record, now), integration)));
    });
  return [
    step('finalize', ['draft'], ({ values }, now) => ({
      status: 'open',
      finalized_at: now,
      number: values.number ?? account.invoiceNumber(),
    })),
    step('pay', ['open', 'uncollectible'], (record, now) => {
      const { amount_due } = shownOf(account, 'invoices', record) as { amount_due: number };
      return { status: 'paid', paid_at: now, amount_paid: amount_due };
    }),
    step('void', ['open', 'uncollectible'], (_, now) => ({ status: 'void', voided_at: now })),
    step('mark_uncollectible', ['open'], (_, now) => ({ status: 'uncollectible', marked_uncollectible_at: now })),
  ];
}

/** A line put on a draft. */
function itemRoute(account: Account): Route {
  return route('POST', '/v1/invoiceitems', ({ request }) => {
    const parameters = parametersOf(request);
    const known = [
      'customer',
      'invoice',
      'amount',
      'currency',
      'description',
      'quantity',
      'pricing',
      'unit_amount_decimal',
    ];
    refuseUnknown(parameters, [...known, 'metadata']);
    const record = liveIn(account.invoices, 'invoice', textIn(parameters, 'invoice') ?? '', 'invoice');
    if (record.values.status !== 'draft') throw invalid('The invoice is no draft.', 'invoice', 'invoice_not_editable');
    const quantity = integerIn(parameters, 'quantity') ?? 1;
    const priceId = textIn(groupIn(parameters, 'pricing') || {}, 'price');
    const price = priceId ? liveIn(account.prices, 'price', priceId, 'pricing[price]') : undefined;
    const exact = String(
      price?.values.unit_amount_decimal ?? parameters.unit_amount_decimal ?? integerIn(parameters, 'amount') ?? 0,
    );
    const line: Line = {
      id: account.id('il'),
      amount: Math.round(Number(exact) * quantity),
      quantity,
      unit_amount_decimal: exact,
      description: textIn(parameters, 'description'),
      ...(price ? { price: price.id, product: String(price.values.product) } : {}),
    };
    account.invoices.update(record.id, { lines: [...linesOf(record), line] }, integration);
    return jsonReply(200, { id: account.id('ii'), object: 'invoiceitem', invoice: record.id, amount: line.amount });
  });
}

function checkDue({ due_date, collection_method }: Record<string, unknown>): void {
  if (due_date && collection_method !== 'send_invoice') {
    throw invalid('`due_date` is only valid for invoices with `collection_method=send_invoice`', 'due_date');
  }
}
