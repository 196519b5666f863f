import type { Ground } from '../../simulator/ground.ts';
import type { RecordTable } from '../../simulator/record-table.ts';
import type { Actor, SimRecord } from '../../simulator/sim-record.ts';

/** A Pipedrive company: its records, and what else it consists of. */
export interface Account {
  ground: Ground;
  pipelines: Pipeline[];
  stages: Stage[];
  /** Custom fields, and those that stand beside the usual ones, by kind of record. */
  fields: Record<string, FieldFacts[]>;
}

/** A field as the client's field models describe it. */
export interface FieldFacts {
  field_name: string;
  field_code: string;
  field_type: string;
  is_custom_field: boolean;
  is_optional_response_field: boolean;
  options: { id: number; label: string }[] | null;
  subfields: null;
}

/** A pipeline, as the client's `GetPipelinesResponseAllOfDataInner`. */
export interface Pipeline {
  id: number;
  name: string;
  order_nr: number;
}

/** A stage, as the client's `StageItem`. */
export interface Stage extends Pipeline {
  pipeline_id: number;
  deal_probability: number;
}

/** The kinds of records, with what webhooks and errors call one. */
export const kinds = {
  persons: 'Person',
  organizations: 'Organization',
  deals: 'Deal',
  products: 'Product',
  activities: 'Activity',
  notes: 'Note',
} as const;

/** One of the kinds. */
export type Kind = keyof typeof kinds;

/** Who the API token belongs to. */
export const me: Actor = { kind: 'integration', id: '21001' };

/** The company and its people. */
export const company = { id: 7654321, name: 'Simulated company', domain: 'simulated', currency: 'EUR' };

/** People who can own records. */
export const users = [
  { id: 21001, name: 'Ann Lee', email: 'ann.lee@example.com' },
  { id: 21002, name: 'Bob Itō', email: 'bob.ito@example.com' },
];

/** Currencies that amounts can be in. */
export const currencies = ['EUR', 'USD', 'GBP', 'SEK', 'JPY'];

/** Kinds of activities. */
export const activityKinds = ['call', 'meeting', 'task', 'deadline', 'email', 'lunch'];

/** A time stamp of API v2: RFC 3339 to the second. */
export function stampOf(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** A time stamp of API v1, in UTC without saying so. */
export function stampOfV1(milliseconds: number): string {
  return stampOf(milliseconds).slice(0, 19).replace('T', ' ');
}

/** A table of the account. */
export function tableOf({ ground }: Account, kind: Kind): RecordTable {
  return ground.store.table(kind);
}

/** A record that is there and not deleted; the id of one that was merged away leads nowhere. */
export function liveIn(account: Account, kind: Kind, id: string): SimRecord | undefined {
  const record = tableOf(account, kind).get(id);
  return record?.id === id && record.archivedAt === undefined ? record : undefined;
}

/** The pipelines and fields that a company starts with. */
export function makeAccount(ground: Ground): Account {
  const names = ['Qualified', 'Contact Made', 'Demo Scheduled', 'Proposal Made', 'Negotiations Started'];
  const stages = names.map((name, at) => ({
    id: at + 1,
    name,
    order_nr: at + 1,
    pipeline_id: 1,
    deal_probability: 20 * (at + 1),
  }));
  const own = (code: string, name: string, type: string, labels?: string[]) =>
    fieldFacts(code, name, type, 'custom', labels);
  const usual = (code: string, name: string, type: string, labels?: string[]) =>
    fieldFacts(code, name, type, 'usual', labels);
  return {
    ground,
    pipelines: [{ id: 1, name: 'Pipeline', order_nr: 1 }],
    stages,
    fields: {
      persons: [
        usual('name', 'Name', 'varchar'),
        usual('emails', 'Email', 'varchar'),
        usual('phones', 'Phone', 'phone'),
        usual('label_ids', 'Labels', 'set', ['Customer', 'Hot lead', 'Warm lead', 'Cold lead']),
        usual('job_title', 'Job title', 'varchar'),
        usual('birthday', 'Birthday', 'date'),
        usual('notes', 'Notes', 'text'),
        usual('postal_address', 'Postal address', 'address'),
        own('9f1c2b7a4d5e6f8091a2b3c4d5e6f708192a3b4c', 'Favourite colour', 'enum', ['Red', 'Green', 'Blue']),
        own('1a2b3c4d5e6f708192a3b4c5d6e7f80910111213', 'Customer number', 'varchar'),
      ],
      organizations: [
        usual('name', 'Name', 'varchar'),
        usual('label_ids', 'Labels', 'set', ['Partner', 'Supplier']),
        usual('website', 'Website', 'varchar'),
        usual('linkedin', 'LinkedIn profile', 'varchar'),
        usual('industry', 'Industry', 'enum', ['Construction', 'Retail', 'Software']),
        usual('annual_revenue', 'Annual revenue', 'monetary'),
        usual('employee_count', 'Number of employees', 'int'),
      ],
      deals: [
        usual('title', 'Title', 'varchar'),
        usual('label_ids', 'Labels', 'set', ['Renewal', 'Upsell']),
        own('aa11bb22cc33dd44ee55ff6600112233445566aa', 'Commission', 'monetary'),
        own('bb11bb22cc33dd44ee55ff6600112233445566bb', 'Delivery', 'daterange'),
        own('cc11bb22cc33dd44ee55ff6600112233445566cc', 'Reference', 'varchar'),
      ],
      products: [usual('name', 'Name', 'varchar'), usual('category', 'Category', 'enum', ['Furniture', 'Service'])],
      activities: [
        usual('subject', 'Subject', 'varchar'),
        usual('priority', 'Priority', 'enum', ['Low', 'Medium', 'High']),
      ],
    },
  };
}

/** Options have numbers that say nothing. */
const firstOption = 261;

function fieldFacts(code: string, name: string, type: string, kind: 'custom' | 'usual', labels?: string[]): FieldFacts {
  return {
    field_name: name,
    field_code: code,
    field_type: type,
    is_custom_field: kind === 'custom',
    is_optional_response_field: false,
    options: labels ? labels.map((label, at) => ({ id: firstOption + at, label })) : null,
    subfields: null,
  };
}
