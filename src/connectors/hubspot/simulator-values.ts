import type { SimRecord, SimValues } from '../../simulator/sim-record.ts';
import { HubSpotError, invalid, invalidValues, type ValueProblem } from './simulator-error.ts';
import type { Portal, PortalObject } from './simulator-portal.ts';
import type { Property } from './simulator-property.ts';

/** The longest text a property holds, in characters. */
const longestText = 65_536;

/** Refuses values that HubSpot would refuse; all wrong ones together. `before`: the record that is changed, if any. */
export function checkValues(
  portal: Portal,
  object: PortalObject,
  written: SimValues,
  before: SimRecord | undefined,
): void {
  const problems = Object.entries(written).flatMap(([name, value]) => {
    const property = object.properties.get(name);
    const problem = property ? problemOf(portal, object, property, value, written, before) : unknownProperty(name);
    return problem ? [{ ...problem, property: name }] : [];
  });
  if (problems.length > 0) throw invalidValues(problems);
  if (before) return;
  const missing = object.required.filter((name) => isEmpty(written[name]));
  if (missing.length === 0) return;
  throw new HubSpotError(400, {
    message: `Error creating ${object.singular.toUpperCase()}. Some required properties were not set.`,
    category: 'VALIDATION_ERROR',
    context: { properties: missing },
  });
}

/** Values as HubSpot stores them: text, times as ISO, appended choices joined to those that are there. */
export function storedValues(object: PortalObject, sent: SimValues, before?: SimRecord): Record<string, unknown> {
  const values = before ? sent : withTime(object, sent);
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, storedValue(object.properties.get(name), value, before)]),
  );
}

/** A new meeting without a time gets that of its start (HubSpot's changelog of 12 November 2024). */
function withTime({ name }: PortalObject, sent: SimValues): SimValues {
  const { hs_timestamp: time, hs_meeting_start_time: start } = sent;
  return name === 'meetings' && isEmpty(time) && !isEmpty(start) ? { ...sent, hs_timestamp: start } : sent;
}

function storedValue(property: Property | undefined, value: unknown, before: SimRecord | undefined): unknown {
  if (isEmpty(value)) return null;
  if (typeof value === 'object') throw invalid('Invalid input JSON: a property value must be text');
  const text = String(value);
  switch (property?.type) {
    case 'datetime':
      return isoOf(text) ?? text;
    case 'date':
      return isMidnight(text) ? isoOf(text)?.slice(0, 10) : text;
    case 'enumeration':
      return property.fieldType === 'checkbox' && text.startsWith(';')
        ? appended(String(before?.values[property.name] ?? ''), text)
        : text;
    default:
      return text;
  }
}

/** `;b` adds to the choices that are set already. */
function appended(before: string, text: string): string {
  return [...new Set([...before.split(';'), ...text.split(';')])].filter((part) => part !== '').join(';');
}

type Found = Omit<ValueProblem, 'property'> | undefined;

function problemOf(
  portal: Portal,
  object: PortalObject,
  property: Property,
  value: unknown,
  written: SimValues,
  before: SimRecord | undefined,
): Found {
  const { name, modificationMetadata, calculated } = property;
  if (modificationMetadata.readOnlyValue) {
    const kind = calculated ? 'calculated' : 'read only';
    return { code: 'READ_ONLY_VALUE', message: `"${name}" is a ${kind} property; its value cannot be set.` };
  }
  if (isEmpty(value)) return undefined;
  const text = String(value);
  if (property.type !== 'string' && text !== text.trim()) {
    return { code: 'LEADING_TRAILING_WHITESPACE', message: `"${text}" includes leading or trailing whitespace.` };
  }
  if (name === 'email' && object.name === 'contacts' && !isEmail(text)) {
    return { code: 'INVALID_EMAIL', message: `Email address ${text} is invalid` };
  }
  if (property.externalOptions)
    return externalProblem(portal, object, property, text, { ...before?.values, ...written });
  return problemByType(property, text);
}

function problemByType(property: Property, text: string): Found {
  switch (property.type) {
    case 'number':
      return Number.isFinite(Number(text))
        ? undefined
        : { code: 'INVALID_INTEGER', message: `${text} was not a valid number.` };
    case 'datetime':
    case 'date': {
      if (isoOf(text) === undefined) return { code: 'INVALID_LONG', message: `${text} was not a valid long.` };
      if (property.type === 'datetime' || isMidnight(text)) return undefined;
      return { code: 'INVALID_DATE', message: `${text} is at a time of day; ${property.name} takes midnight UTC.` };
    }
    case 'bool':
    case 'enumeration':
      return optionProblem(property, text);
    default:
      if (text.length <= longestText) return undefined;
      return {
        code: 'VALUE_TOO_LONG',
        message: `The value is ${text.length} characters long; at most ${longestText} are allowed.`,
      };
  }
}

function optionProblem(property: Property, text: string): Found {
  const allowed = property.options.map(({ value }) => value);
  const given = property.fieldType === 'checkbox' ? text.split(';').filter((part) => part !== '') : [text];
  const wrong = given.find((one) => !allowed.includes(one));
  if (wrong === undefined) return undefined;
  return { code: 'INVALID_OPTION', message: `${wrong} was not one of the allowed options: [${allowed.join(', ')}]` };
}

/** Owners, pipelines and stages: their choices live outside the property. */
function externalProblem(
  portal: Portal,
  object: PortalObject,
  { name }: Property,
  text: string,
  values: SimValues,
): Found {
  const pipelines = portal.pipelines.get(object.name) ?? [];
  const wrong = (message: string) => ({ code: 'INVALID_OPTION', message });
  if (name === 'hubspot_owner_id') {
    return portal.owners.some(({ id, archived }) => id === text && !archived)
      ? undefined
      : { code: 'INVALID_OWNER_ID', message: `${text} is not a valid owner ID` };
  }
  if (name === 'pipeline' || name === 'hs_pipeline') {
    return pipelines.some(({ id }) => id === text) ? undefined : wrong(`${text} is not a valid pipeline ID.`);
  }
  if (name === 'dealstage' || name === 'hs_pipeline_stage') {
    const pipelineId = values[object.name === 'deals' ? 'pipeline' : 'hs_pipeline'];
    const pipeline = pipelines.find(({ id }) => id === pipelineId);
    if (pipeline?.stages.some(({ id }) => id === text)) return undefined;
    return wrong(`${text} is not a valid stage ID for pipeline ${pipelineId}.`);
  }
  return undefined;
}

function unknownProperty(name: string): Found {
  return { code: 'PROPERTY_DOESNT_EXIST', message: `Property "${name}" does not exist` };
}

/** The time of an ISO text or of milliseconds since 1970. */
function isoOf(text: string): string | undefined {
  const milliseconds = /^-?\d+$/.test(text) ? Number(text) : isDay(text) ? Date.parse(text) : NaN;
  return Math.abs(milliseconds) <= 8.64e15 ? new Date(milliseconds).toISOString() : undefined;
}

/** Does the text begin with a day that there is? 30 February is none, though JavaScript reads it as a day of March. */
function isDay(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(text) ?? [];
  return new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
}

function isMidnight(text: string): boolean {
  return isoOf(text)?.endsWith('T00:00:00.000Z') ?? false;
}

/** HubSpot wants a real top-level domain; the simulator takes any of two or more letters but a few known slips. */
function isEmail(text: string): boolean {
  const match = /^[^\s@"<>()[\],;:\\]+@[^\s@"<>()[\],;:\\.]+(\.[^\s@"<>()[\],;:\\.]+)*\.(\p{L}{2,24})$/u.exec(text);
  return match !== null && !text.includes('..') && !['con', 'cmo', 'comtttt', 'invalid'].includes(match[2] ?? '');
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
