import type { SimValues } from '../../simulator/sim-record.ts';
import { type Account, activityKinds, currencies, type Kind } from './simulator-account.ts';
import { invalid } from './simulator-error.ts';

/** What a parameter takes. */
type Takes = 'text' | 'number' | 'integer' | 'boolean' | 'ids' | 'entries' | 'address' | 'object' | 'list';

/** The parameters of each kind's POST and PATCH, after the client's request models. */
const parameters: Record<Kind, Record<string, Takes>> = {
  persons: {
    name: 'text',
    first_name: 'text',
    last_name: 'text',
    owner_id: 'integer',
    org_id: 'integer',
    add_time: 'text',
    emails: 'entries',
    phones: 'entries',
    visible_to: 'integer',
    label_ids: 'ids',
    postal_address: 'address',
    notes: 'text',
    birthday: 'text',
    job_title: 'text',
    custom_fields: 'object',
  },
  organizations: {
    name: 'text',
    owner_id: 'integer',
    add_time: 'text',
    visible_to: 'integer',
    label_ids: 'ids',
    address: 'address',
    website: 'text',
    linkedin: 'text',
    industry: 'integer',
    annual_revenue: 'number',
    employee_count: 'integer',
    custom_fields: 'object',
  },
  deals: {
    title: 'text',
    owner_id: 'integer',
    person_id: 'integer',
    org_id: 'integer',
    pipeline_id: 'integer',
    stage_id: 'integer',
    value: 'number',
    currency: 'text',
    is_archived: 'boolean',
    status: 'text',
    probability: 'integer',
    lost_reason: 'text',
    visible_to: 'integer',
    expected_close_date: 'text',
    label_ids: 'ids',
    custom_fields: 'object',
  },
  products: {
    name: 'text',
    code: 'text',
    description: 'text',
    unit: 'text',
    tax: 'number',
    category: 'integer',
    owner_id: 'integer',
    is_linkable: 'boolean',
    visible_to: 'integer',
    prices: 'list',
    custom_fields: 'object',
  },
  activities: {
    subject: 'text',
    type: 'text',
    owner_id: 'integer',
    deal_id: 'integer',
    org_id: 'integer',
    due_date: 'text',
    due_time: 'text',
    duration: 'text',
    busy: 'boolean',
    done: 'boolean',
    location: 'address',
    participants: 'list',
    public_description: 'text',
    priority: 'integer',
    note: 'text',
  },
  notes: {
    content: 'text',
    deal_id: 'integer',
    person_id: 'integer',
    org_id: 'integer',
    user_id: 'integer',
    add_time: 'text',
  },
};

/** Parameters that null does not clear. */
const neverNull = ['name', 'first_name', 'last_name', 'title', 'value', 'currency', 'status', 'stage_id', 'content'];

/** Checks what is sent as strictly as API v2 does: unknown names, numbers as text and texts too long are refused. */
export function checked(account: Account, kind: Kind, sent: SimValues): SimValues {
  const known = parameters[kind];
  const complaints: [string, string][] = [];
  for (const [name, value] of Object.entries(sent)) {
    const takes = known[name];
    if (!takes) complaints.push([name, `Parameter '${name}' is not allowed for this request`]);
    else if (value === null ? neverNull.includes(name) : !isTaken(takes, value))
      complaints.push([name, `must be a valid ${takes}`]);
    else if (typeof value === 'string' && value.length > longest(name)) complaints.push([name, 'is too long']);
  }
  for (const [name, options] of Object.entries(choices)) {
    const value = sent[name];
    const isKnown = typeof value !== 'string' || options.includes(value);
    if (known[name] && !isKnown) complaints.push([name, 'is not a known option']);
  }
  if (!isDay(sent.expected_close_date ?? sent.due_date ?? sent.birthday)) complaints.push(['date', 'must be a date']);
  complaints.push(...customComplaints(account, kind, (sent.custom_fields ?? {}) as SimValues));
  if (complaints.length > 0) throw invalid(...complaints);
  return sent;
}

const choices: Record<string, string[]> = {
  currency: currencies,
  status: ['open', 'won', 'lost'],
  type: activityKinds,
};

function longest(name: string): number {
  return ['notes', 'note', 'description', 'public_description', 'content'].includes(name) ? 3_000_000 : 255;
}

function isTaken(takes: Takes, value: unknown): boolean {
  switch (takes) {
    case 'text':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'integer':
      return Number.isInteger(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'ids':
      return Array.isArray(value) && value.length > 0 && value.every(Number.isInteger);
    case 'entries':
      return Array.isArray(value) && value.every((one) => typeof one?.value === 'string') && primaries(value) <= 1;
    case 'address':
      return isObject(value) && typeof value.value === 'string';
    case 'object':
      return isObject(value);
    default:
      return Array.isArray(value) && value.every(isObject);
  }
}

function primaries(entries: { primary?: boolean }[]): number {
  return entries.filter((one) => one.primary).length;
}

function customComplaints(account: Account, kind: Kind, sent: SimValues): [string, string][] {
  const own = new Map((account.fields[kind] ?? []).map((field) => [field.field_code, field]));
  return Object.entries(sent).flatMap(([code, value]): [string, string][] => {
    const field = own.get(code);
    const name = `custom_fields.${code}`;
    if (!field?.is_custom_field) return [[name, `Parameter '${code}' is not allowed for this request`]];
    if (value === null) return [];
    const options = field.options?.map(({ id }) => id);
    if (options && !options.includes(value as number)) return [[name, 'is not a known option']];
    const takes: Record<string, Takes> = { monetary: 'object', daterange: 'object', varchar: 'text', double: 'number' };
    const wanted = takes[field.field_type];
    return wanted && !isTaken(wanted, value) ? [[name, `must be a valid ${wanted}`]] : [];
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDay(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value));
}
