import type { SimValues } from '../../simulator/sim-record.ts';
import { invalid } from './simulator-error.ts';
import { groupIn, integerIn, type Parameters, refuseUnknown, textIn, textsIn } from './simulator-form.ts';

/** The most characters of a text where the client's documentation names no number. */
const usualLength = 5000;

const lengths: Record<string, number> = {
  email: 512,
  name: 256,
  phone: 20,
  business_name: 150,
  unit_label: 12,
  number: 26,
};

const addressParts = ['city', 'country', 'line1', 'line2', 'postal_code', 'state'];

/** The values of a customer that was sent; empty text unsets one. */
export function customerInput(parameters: Parameters): SimValues {
  const texts = ['email', 'name', 'phone', 'description', 'business_name', 'individual_name', 'tax_exempt'];
  refuseUnknown(parameters, [
    ...texts,
    'address',
    'shipping',
    'preferred_locales',
    'metadata',
    'invoice_prefix',
    'tax',
  ]);
  const values = { ...textValues(parameters, texts), ...metadataInput(parameters) };
  const address = addressInput(parameters, 'address');
  const shipping = shippingInput(parameters);
  const locales = textsIn(parameters, 'preferred_locales');
  const { email, tax_exempt: exempt } = values;
  if (email && !/^\S+@\S+\.\S+$/.test(email))
    throw invalid(`Invalid email address: ${email}`, 'email', 'email_invalid');
  if (exempt && !['none', 'exempt', 'reverse'].includes(exempt)) {
    throw invalid('Invalid tax_exempt: must be one of none, exempt, or reverse', 'tax_exempt');
  }
  return {
    ...values,
    ...address,
    ...shipping,
    ...(locales ? { preferred_locales: locales.length > 0 ? locales : null } : {}),
  };
}

/** The values of a product that was sent, but for its prices and whether it is active. */
export function productInput(parameters: Parameters): SimValues {
  const texts = ['name', 'description', 'unit_label', 'url'];
  refuseUnknown(parameters, [...texts, 'active', 'default_price', 'default_price_data', 'metadata', 'id', 'tax_code']);
  const values = { ...textValues(parameters, texts), ...metadataInput(parameters) };
  if (values.name === '') throw invalid('Product name cannot be empty', 'name', 'parameter_invalid_empty');
  return values;
}

/** The values of a new price, or of the part of one that comes with a product. `at`: what goes before its parameters. */
export function priceInput(parameters: Parameters, at = ''): Record<string, unknown> {
  const currency = textIn(parameters, 'currency')?.toLowerCase();
  const name = (param: string) => (at ? `${at}[${param}]` : param);
  if (!currency) throw invalid('Missing required param: currency.', name('currency'), 'parameter_missing');
  if (!/^[a-z]{3}$/.test(currency)) throw invalid(`Invalid currency: ${currency}`, name('currency'));
  const exact = textIn(parameters, 'unit_amount_decimal') ?? textIn(parameters, 'unit_amount');
  if (exact === undefined)
    throw invalid('Missing required param: unit_amount.', name('unit_amount'), 'parameter_missing');
  if (!/^\d{1,12}(\.\d{1,12})?$/.test(exact))
    throw invalid('Invalid decimal: must be at least 0', name('unit_amount_decimal'));
  const recurring = groupIn(parameters, 'recurring') || {};
  return {
    currency,
    unit_amount_decimal: exact.includes('.') ? exact.replace(/\.?0+$/, '') : exact,
    'recurring.interval': textIn(recurring, 'interval'),
    'recurring.interval_count': textIn(recurring, 'interval_count'),
  };
}

/** The values of an invoice that was sent. */
export function invoiceInput(parameters: Parameters): Record<string, unknown> {
  const texts = ['description', 'footer', 'number', 'collection_method'];
  const others = ['customer', 'currency', 'due_date', 'days_until_due', 'auto_advance', 'metadata', 'effective_at'];
  refuseUnknown(parameters, [...texts, ...others, 'pending_invoice_items_behavior']);
  const values: Record<string, unknown> = { ...textValues(parameters, texts), ...metadataInput(parameters) };
  for (const name of ['due_date', 'effective_at']) {
    if (parameters[name] !== undefined) values[name] = integerIn(parameters, name) ?? null;
  }
  if (parameters.auto_advance !== undefined) values.auto_advance = textIn(parameters, 'auto_advance') === 'true';
  return values;
}

/** Metadata: each key a value; an empty one unsets it. */
export function metadataInput(parameters: Parameters): Record<string, string> {
  const given = groupIn(parameters, 'metadata') || {};
  const entries = Object.entries(given).map(([key, value]) => {
    const param = `metadata[${key}]`;
    if (key.length > 40) throw invalid('Metadata keys must be at most 40 characters', param);
    if (String(value).length > 500) throw invalid('Metadata values must be at most 500 characters', param);
    return [`metadata.${key}`, String(value)];
  });
  return Object.fromEntries(entries);
}

function textValues(parameters: Parameters, names: string[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const name of names) {
    const text = textIn(parameters, name);
    if (text === undefined) continue;
    checkText(text, name, lengths[name] ?? usualLength);
    values[name] = text;
  }
  return values;
}

function checkText(text: string, param: string, most: number): void {
  if (text.includes('\u0000')) throw invalid('Invalid string: it holds a null byte', param, 'invalid_characters');
  if (text.length > most)
    throw invalid(`Invalid string: ${text.slice(0, 6)}…; must be at most ${most} characters`, param);
}

/** An address is changed part by part; empty text unsets all of it. */
function addressInput(parameters: Parameters, name: string): Record<string, unknown> {
  const given = groupIn(parameters, name);
  if (given === undefined) return {};
  if (given === '') return Object.fromEntries(addressParts.map((part) => [`${name}.${part}`, null]));
  for (const part of Object.keys(given)) {
    if (!addressParts.includes(part))
      throw invalid(`Received unknown parameter: ${part}`, `${name}[${part}]`, 'parameter_unknown');
    checkText(textIn(given, part) ?? '', `${name}[${part}]`, usualLength);
  }
  return Object.fromEntries(Object.entries(given).map(([part, value]) => [`${name}.${part}`, value]));
}

function shippingInput(parameters: Parameters): Record<string, unknown> {
  const given = groupIn(parameters, 'shipping');
  if (!given) return {};
  const address = Object.entries(addressInput(given, 'address')).map(([name, value]) => [`shipping.${name}`, value]);
  const { name, phone } = textValues(given, ['name', 'phone']);
  if (!name) throw invalid('Missing required param: shipping[name].', 'shipping[name]', 'parameter_missing');
  return { ...Object.fromEntries(address), 'shipping.name': name, ...(phone ? { 'shipping.phone': phone } : {}) };
}
