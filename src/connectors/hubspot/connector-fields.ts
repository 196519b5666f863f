import { Failure } from '../../connector/contract.ts';
import { fieldsFrom } from '../../connector/fields-from.ts';
import type { Session } from '../../connector/session.ts';
import { dateOf, datetimeOf, decimal } from '../../connector/values.ts';
import type { Field, FieldType, Option } from '../../model/field.ts';
import type { Value } from '../../model/value.ts';
import type { CrmObject } from './connector-object.ts';
import { pathsOf } from './connector-paths.ts';

/** The longest text that a property takes, in characters (knowledge.hubspot.com, property field types). */
const longestText = 65_536;

/** Options that stand for no choice: other apps leave the field empty. */
const noChoice: Record<string, string | undefined> = { hs_task_priority: 'NONE' };

/** A property as HubSpot describes it: the part of the client's `Property` that matters here. */
interface Property {
  name: string;
  label: string;
  type: string;
  fieldType: string;
  options?: { value: string; label: string; hidden?: boolean }[];
  hidden?: boolean;
  calculated?: boolean;
  hasUniqueValue?: boolean;
  referencedObjectType?: string;
  showCurrencySymbol?: boolean;
  modificationMetadata?: { readOnlyValue?: boolean };
}

interface Pipelines {
  results: {
    id: string;
    label: string;
    archived?: boolean;
    stages: { id: string; label: string; archived?: boolean }[];
  }[];
}

/** The properties of an object type, read from the account once a session; stages come with their pipelines. */
export function fieldsOf(object: CrmObject): (s: Session) => Promise<Field[]> {
  const properties = fieldsFrom<Property>({
    name: object.name,
    request: (s) => ({ method: 'GET', url: pathsOf(s.settings).properties(object.path), query: { archived: 'false' } }),
    rows: (body) => (body as { results?: Property[] }).results,
    field: (property) => fieldOf(object, property),
  });
  return async (s) => {
    const fields = await properties(s);
    const { pipeline } = object;
    if (!pipeline || !fields.some((field) => field.name === pipeline.stage)) return fields;
    const options = await s.remember(`pipelines of ${object.name}`, () => pipelineOptions(s, object));
    if (!options) return fields;
    return fields.map((field) => {
      if (field.name === pipeline.pipeline) return { ...field, type: 'select', options: options.pipelines };
      return field.name === pipeline.stage ? { ...field, type: 'select', options: options.stages } : field;
    });
  };
}

/** A property's text as a value. HubSpot knows only text: '' and null are both empty. */
export function toValue(field: Field, raw: string | null): Value {
  if (raw === null || raw === '' || raw === noChoice[field.name]) return null;
  switch (field.type) {
    case 'boolean':
      return raw === 'true';
    case 'multi-select': {
      const chosen = raw.split(';').filter((option) => option !== '');
      return chosen.length > 0 ? chosen : null;
    }
    case 'number':
    case 'integer':
    case 'money':
      return decimal(raw) ?? raw;
    case 'date':
      return dateOf(isoOf(raw)) ?? raw;
    case 'datetime':
      return datetimeOf(isoOf(raw)) ?? raw;
    default:
      return raw;
  }
}

/** A value as a property's text; empty clears it. */
export function toText(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return value;
  return value.map((entry) => (typeof entry === 'string' ? entry : entry.value)).join(';');
}

/** When a record was last changed, as canonical UTC so that versions order as text; undefined where HubSpot does not say. */
export function versionOf(row: { updatedAt?: string | null }): string | undefined {
  return datetimeOf(isoOf(row.updatedAt ?? '')) ?? undefined;
}

/** A stamp of HubSpot's (ISO, or milliseconds as older properties have it) as canonical UTC. */
export function stampOf(raw: string | null | undefined): string {
  const stamp = datetimeOf(isoOf(raw ?? ''));
  if (stamp === null)
    throw new Failure('broken', 'HubSpot listed a record without its time of change; it is asked again later');
  return stamp;
}

function isoOf(raw: string): string {
  const milliseconds = /^-?\d{5,15}$/.test(raw) ? Number(raw) : undefined;
  return milliseconds === undefined ? raw : new Date(milliseconds).toISOString();
}

/** Hidden properties are HubSpot's own bookkeeping, unless they have a role. */
function fieldOf(object: CrmObject, property: Property): Field | undefined {
  const means = object.roles[property.name];
  if (property.hidden && !means) return undefined;
  const isFixed = property.calculated || property.modificationMetadata?.readOnlyValue;
  const type = typeOf(object, property);
  const field: Field = {
    name: property.name,
    label: property.label || property.name,
    type,
    writable: isFixed ? 'never' : 'always',
  };
  if (means) field.means = means;
  if (property.hasUniqueValue || (object.name === 'contacts' && property.name === 'email')) field.unique = true;
  if (object.required.includes(property.name)) field.required = true;
  if (type === 'text' || type === 'long-text') field.maxLength = longestText;
  if (type === 'select' || type === 'multi-select') field.options = optionsOf(property);
  return field;
}

function typeOf(object: CrmObject, property: Property): FieldType {
  const { name, type, fieldType } = property;
  if (property.referencedObjectType === 'OWNER' || name === 'hubspot_owner_id') return 'user';
  if (object.name === 'contacts' && name === 'email') return 'email';
  if (type === 'bool' || fieldType === 'booleancheckbox') return 'boolean';
  if (type === 'enumeration') return fieldType === 'checkbox' ? 'multi-select' : 'select';
  if (type === 'number') return property.showCurrencySymbol || isMoney(object, name) ? 'money' : 'number';
  if (type === 'date') return 'date';
  if (type === 'datetime') return 'datetime';
  if (fieldType === 'phonenumber' || type === 'phone_number') return 'phone';
  if (name === 'website' || name === 'hs_url') return 'url';
  return fieldType === 'textarea' || fieldType === 'html' ? 'long-text' : 'text';
}

function isMoney(object: CrmObject, name: string): boolean {
  return /\.(amount|amount-due|amount-paid|price|cost|revenue)$/.test(object.roles[name] ?? '');
}

function optionsOf(property: Property): Option[] {
  const options = (property.options ?? []).filter((option) => option.value !== noChoice[property.name]);
  return options.map(({ value, label }) => ({ value, label }));
}

async function pipelineOptions(
  s: Session,
  object: CrmObject,
): Promise<{ pipelines: Option[]; stages: Option[] } | null> {
  const reply = await s.request({
    method: 'GET',
    url: pathsOf(s.settings).pipelines(object.path),
    accept: [400, 403, 404],
  });
  // An account may lack the right to read pipelines: its stages then go without names.
  if (reply.status >= 400) return null;
  const live = reply.json<Pipelines>().results.filter((pipeline) => !pipeline.archived);
  return {
    pipelines: live.map(({ id, label }) => ({ value: id, label })),
    stages: live.flatMap(({ id: group, stages }) =>
      stages.filter((stage) => !stage.archived).map(({ id, label }) => ({ value: id, label, group })),
    ),
  };
}
