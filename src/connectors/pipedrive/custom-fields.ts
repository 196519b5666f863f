import { Failure } from '../../connector/failure.ts';
import type { Session } from '../../connector/session.ts';
import type { FieldType, Option } from '../../model/field.ts';
import { activityTypes, currencyOptions, pipelineOptions } from './account.ts';
import type { Described, PipedriveField, Resource } from './resource.ts';

/** A field as Pipedrive describes it: the part of the client's field models that matters here. */
interface FieldRow {
  field_name: string;
  /** 40 characters of a hash for a custom field. */
  field_code: string;
  field_type: string;
  is_custom_field: boolean;
  options?: { id: number | string; label: string }[] | null;
}

interface FieldList {
  data?: FieldRow[];
  additional_data?: { next_cursor?: string | null } | null;
}

/** Fields on a page of descriptions, and pages before they are taken to go round in circles. */
const mostFields = 500;
const mostPages = 20;

/** The resource with the account's own fields and options, learnt once a session. */
export function described(s: Session, resource: Resource): Promise<Described> {
  return s.remember(`fields of ${resource.name}`, async () => {
    const rows = resource.fieldsPath ? await fieldRows(s, resource.fieldsPath) : [];
    const known = new Map(rows.map((row) => [row.field_code, row]));
    const own = resource.fields.filter((field) => !field.described || known.has(field.name.split('.')[0] ?? ''));
    const standard = await Promise.all(
      own.map(async ({ described: _, ...field }): Promise<PipedriveField> => {
        const options =
          (await optionsFor(s, resource, field)) ??
          optionsOf(known.get(field.name) ?? known.get(v1Codes[field.name] ?? ''));
        return options ? { ...field, options } : field;
      }),
    );
    const custom = rows.filter((row) => row.is_custom_field).flatMap(customFields);
    return { ...resource, fields: [...standard, ...custom] };
  });
}

/** Codes by which API v1 called fields, should an account's descriptions still do so. */
const v1Codes: Record<string, string | undefined> = { label_ids: 'label' };

/** Options that other parts of the account tell. */
async function optionsFor(s: Session, { name }: Resource, field: PipedriveField): Promise<Option[] | undefined> {
  if (field.type !== 'select') return undefined;
  if (field.name === 'currency') return currencyOptions(s);
  if (name === 'deals' && field.name === 'stage') return (await pipelineOptions(s)).stages;
  if (name === 'deals' && field.name === 'pipeline_id') return (await pipelineOptions(s)).pipelines;
  if (name === 'activities' && field.name === 'type') return activityTypes(s);
  return undefined;
}

async function fieldRows(s: Session, url: string): Promise<FieldRow[]> {
  const rows: FieldRow[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const answer = (await s.request({ method: 'GET', url, query: { limit: mostFields, cursor } })).json<FieldList>();
    if (!Array.isArray(answer.data)) throw new Failure('broken', 'Pipedrive did not describe its fields');
    rows.push(...answer.data);
    cursor = answer.additional_data?.next_cursor ?? undefined;
    if (cursor === undefined) break;
  }
  return rows;
}

/** Types that are one value of ours. What is none of them has no form that other apps share. */
const types: Record<string, FieldType | undefined> = {
  varchar: 'text',
  varchar_auto: 'text',
  text: 'long-text',
  phone: 'phone',
  double: 'number',
  int: 'integer',
  boolean: 'boolean',
  date: 'date',
  enum: 'select',
  set: 'multi-select',
  user: 'user',
};

/** Types of several parts: each part is a field, and all are written together. */
const partTypes: Record<string, [string, FieldType][] | undefined> = {
  monetary: [
    ['value', 'money'],
    ['currency', 'text'],
  ],
  daterange: [
    ['value', 'date'],
    ['until', 'date'],
  ],
  time: [['value', 'text']],
  timerange: [
    ['value', 'text'],
    ['until', 'text'],
  ],
  address: [['value', 'text']],
};

/** The part of a field that goes by the field's own name. */
const mainPart = 'value';

function customFields(row: FieldRow): PipedriveField[] {
  const { field_code: code, field_name: label, field_type: kind } = row;
  const parts = partTypes[kind];
  if (parts) {
    return parts.map(([part, type]) => ({
      name: part === mainPart ? code : `${code}.${part}`,
      label: part === mainPart ? label : `${label}: ${part}`,
      type,
      writable: 'always',
      at: ['custom_fields', code, part],
    }));
  }
  const type = types[kind];
  if (!type) return [];
  const options = optionsOf(row);
  return [
    {
      name: code,
      label,
      type,
      writable: 'always',
      at: ['custom_fields', code],
      ...(options ? { options, ids: 'numbers' as const } : {}),
      ...(type === 'text' ? { maxLength: 255 } : {}),
    },
  ];
}

function optionsOf(row: FieldRow | undefined): Option[] | undefined {
  return row?.options?.map(({ id, label }) => ({ value: String(id), label }));
}

/** The fields that are written together with these: the other parts of the same custom field. */
export function otherParts({ fields }: Described, names: string[]): string[] {
  const codes = new Set(
    fields.filter((one) => names.includes(one.name) && one.at?.length === 3).map((one) => one.at?.[1]),
  );
  return fields.filter((one) => one.at?.length === 3 && codes.has(one.at[1])).map(({ name }) => name);
}
