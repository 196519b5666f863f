import type { SimRecord, SimValues } from '../../simulator/sim-record.ts';
import { SalesforceError } from './simulator-error.ts';
import type { Org } from './simulator-org.ts';
import { stages } from './simulator-sales-objects.ts';
import { momentOf, momentText } from './simulator-values.ts';

/** What an object type demands beyond its fields. `values`: the record as it would be; `written`: what changes. */
export function checkObject(
  org: Org,
  object: string,
  values: SimValues,
  written: SimValues,
  before: SimRecord | undefined,
): void {
  rules[object]?.(org, values, written, before);
}

/** What the app itself adds to what is written: usual values, what follows from a stage, the end of an event. */
export function derived(
  org: Org,
  object: string,
  given: SimValues,
  before: SimRecord | undefined,
): Record<string, unknown> {
  return derivations[object]?.(org, given, before) ?? { ...given };
}

type Rule = (org: Org, values: SimValues, written: SimValues, before: SimRecord | undefined) => void;

const rules: Record<string, Rule | undefined> = {
  Lead(_org, _values, _written, before) {
    if (before?.values.IsConverted === true)
      throw new SalesforceError('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead');
  },
  Task: checkActivity,
  Event: checkActivity,
  PricebookEntry(org, values, _written, before) {
    if (before) return;
    const entries = org.children.of('PricebookEntry', 'Product2Id', String(values.Product2Id));
    const alike = entries.filter((entry) => (entry.values.CurrencyIsoCode ?? '') === (values.CurrencyIsoCode ?? ''));
    if (alike.some((entry) => entry.values.Pricebook2Id === values.Pricebook2Id))
      throw new SalesforceError('DUPLICATE_VALUE', 'This price definition already exists in this price book');
    const isStandard = (id: unknown) =>
      org.ground.store.table('Pricebook2').get(String(id))?.values.IsStandard === true;
    if (!isStandard(values.Pricebook2Id) && !alike.some((entry) => isStandard(entry.values.Pricebook2Id)))
      throw new SalesforceError(
        'STANDARD_PRICE_NOT_DEFINED',
        'Before creating a custom price, create a standard price.',
      );
  },
  Order(org, values, written, before) {
    if (written.Status !== 'Activated' || before?.values.Status === 'Activated') return;
    const items = before ? org.children.of('OrderItem', 'OrderId', before.id) : [];
    if (items.length === 0) {
      const words = 'An order must have at least one product.';
      throw new SalesforceError('FAILED_ACTIVATION', words, { fields: ['Status'] });
    }
    if (!values.AccountId)
      throw new SalesforceError('FAILED_ACTIVATION', 'An order needs an account.', { fields: ['AccountId'] });
  },
  OrderItem(org, values, written, before) {
    const order = org.ground.store.table('Order').get(String(values.OrderId));
    const isPriced = 'Quantity' in written || 'UnitPrice' in written || !before;
    if (isPriced && order?.values.Status === 'Activated')
      throw new SalesforceError('FIELD_INTEGRITY_EXCEPTION', 'products of an activated order cannot be changed');
    if (!before) checkEntry(org, values, order, 'order');
  },
  OpportunityLineItem(org, values, _written, before) {
    if (!before)
      checkEntry(org, values, org.ground.store.table('Opportunity').get(String(values.OpportunityId)), 'opportunity');
  },
};

function checkActivity(org: Org, values: SimValues): void {
  const who = String(values.WhoId ?? '');
  if (!who.startsWith('00Q')) return;
  if (org.ground.store.table('Lead').get(who)?.values.IsConverted === true)
    throw new SalesforceError('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead');
  if (values.WhatId) {
    const words = 'Related To ID: activities of a lead cannot be related to another record';
    throw new SalesforceError('FIELD_INTEGRITY_EXCEPTION', words, { fields: ['WhatId'] });
  }
}

function checkEntry(org: Org, values: SimValues, parent: SimRecord | undefined, what: string): void {
  const entry = org.ground.store.table('PricebookEntry').get(String(values.PricebookEntryId));
  if (entry?.values.IsActive !== true)
    throw new SalesforceError('FIELD_INTEGRITY_EXCEPTION', 'pricebook entry is inactive or unknown', {
      fields: ['PricebookEntryId'],
    });
  // The first product of a deal decides its price book; an order must have one before.
  const isOpen = what === 'opportunity' && parent?.values.Pricebook2Id === undefined;
  if (!isOpen && entry.values.Pricebook2Id !== parent?.values.Pricebook2Id) {
    const words = `pricebook entry is in a different pricebook than the one assigned to the ${what}`;
    throw new SalesforceError('FIELD_INTEGRITY_EXCEPTION', words, { fields: ['PricebookEntryId'] });
  }
  if ((entry.values.CurrencyIsoCode ?? '') !== (parent?.values.CurrencyIsoCode ?? '')) {
    const words = `The pricebook entry currency code does not match the ${what} currency code`;
    throw new SalesforceError('FIELD_INTEGRITY_EXCEPTION', words, { fields: ['PricebookEntryId'] });
  }
}

type Derivation = (org: Org, given: SimValues, before: SimRecord | undefined) => Record<string, unknown>;

const derivations: Record<string, Derivation | undefined> = {
  Opportunity(org, given, before) {
    const { Amount: amount, ...rest } = given;
    const stage = stages[String(given.StageName)];
    const followed = stage && given.StageName !== before?.values.StageName ? { Probability: stage.probability } : {};
    // With products the amount is their sum: what is written is ignored, without an error.
    const hasItems =
      before !== undefined && org.children.of('OpportunityLineItem', 'OpportunityId', before.id).length > 0;
    return { ...followed, ...rest, ...(hasItems || amount === undefined ? {} : { Amount: amount }) };
  },
  Event(_org, given, before) {
    const values = { ...before?.values, ...given };
    const start = given.StartDateTime ?? given.ActivityDateTime ?? values.StartDateTime;
    if (start === undefined || start === null) return { ...given };
    const end =
      'EndDateTime' in given && given.EndDateTime ? momentOf(given.EndDateTime) : endAfter(momentOf(start), values);
    const minutes = Math.max(0, Math.round((end - momentOf(start)) / 60_000));
    return { ...given, StartDateTime: start, DurationInMinutes: minutes, EndDateTime: momentText(end) };
  },
  OrderItem(org, given, before) {
    const entry = org.ground.store.table('PricebookEntry').get(String(given.PricebookEntryId ?? ''));
    if (before || !entry) return { ...given };
    return { UnitPrice: entry.values.UnitPrice, ...given, Product2Id: entry.values.Product2Id };
  },
  OpportunityLineItem(org, given, before) {
    if (before) return { ...given };
    const opportunity = org.ground.store.table('Opportunity').get(String(given.OpportunityId));
    const entries = org.children.of('PricebookEntry', 'Product2Id', String(given.Product2Id));
    const entry = given.PricebookEntryId
      ? org.ground.store.table('PricebookEntry').get(String(given.PricebookEntryId))
      : entries.find((one) => (one.values.CurrencyIsoCode ?? '') === (opportunity?.values.CurrencyIsoCode ?? ''));
    if (!entry) return { ...given };
    return {
      UnitPrice: entry.values.UnitPrice,
      ...given,
      PricebookEntryId: entry.id,
      Product2Id: entry.values.Product2Id,
    };
  },
};

/** An event that is moved keeps its length; one without a length lasts an hour. */
function endAfter(start: number, values: SimValues): number {
  return start + Number(values.DurationInMinutes ?? 60) * 60_000;
}
