import type { DescribeSObjectResult } from 'jsforce';

/** A field as the vendor's own types have it. */
export type DescribedField = DescribeSObjectResult['fields'][number];

/** A field of an object type: what the app's rules need, and what `describe` says of it. */
export interface SimField {
  name: string;
  label: string;
  /** One of Salesforce's field types: `string`, `picklist`, `reference` … */
  type: string;
  length: number;
  precision: number;
  scale: number;
  options: { value: string; label: string; active: boolean; defaultValue: boolean }[];
  /** Values besides the options are refused. */
  restricted: boolean;
  referenceTo: string[];
  relationshipName: string | null;
  nillable: boolean;
  createable: boolean;
  updateable: boolean;
  /** What a new record gets where nothing is given. */
  default?: unknown;
  calculated: boolean;
  externalId: boolean;
  unique: boolean;
  nameField: boolean;
  custom: boolean;
  compound: string | null;
}

type Parts = Partial<SimField>;

/** Parts of a field that people must fill in. */
export const required: Parts = { nillable: false };

/** Parts of a field that the app fills in by itself. */
export const readOnly: Parts = { createable: false, updateable: false };

/** Parts of a field that can be given to a new record only. */
export const onceOnly: Parts = { updateable: false };

/** Text of so many characters. */
export function text(name: string, label: string, length: number, parts: Parts = {}): SimField {
  return field(name, label, 'string', { length, ...parts });
}

/** Long text. */
export function area(name: string, label: string, length: number, parts: Parts = {}): SimField {
  return field(name, label, 'textarea', { length, ...parts });
}

/** A phone number: any text. */
export function phone(name: string, label: string): SimField {
  return field(name, label, 'phone', { length: 40 });
}

/** A web address: any text. */
export function url(name: string, label: string, parts: Parts = {}): SimField {
  return field(name, label, 'url', { length: 255, ...parts });
}

/** Yes or no; never empty. */
export function bool(name: string, label: string, parts: Parts = {}): SimField {
  return field(name, label, 'boolean', { nillable: false, default: false, ...parts });
}

/** A number with so many digits before and after the point. */
export function number(
  name: string,
  label: string,
  type: 'int' | 'double' | 'currency' | 'percent',
  parts: Parts = {},
): SimField {
  const digits = type === 'int' ? { precision: 8, scale: 0 } : { precision: 18, scale: 2 };
  return field(name, label, type, { ...digits, ...parts });
}

/** A day, or a point in time. */
export function moment(name: string, label: string, type: 'date' | 'datetime', parts: Parts = {}): SimField {
  return field(name, label, type, parts);
}

/** One of several options; `*` marks the usual one. People may add others through the API unless it is restricted. */
export function pick(name: string, label: string, options: string[], parts: Parts = {}): SimField {
  const values = options.map((option) => ({
    value: option.replace('*', ''),
    label: option.replace('*', ''),
    active: true,
    defaultValue: option.endsWith('*'),
  }));
  const usual = values.find((option) => option.defaultValue)?.value;
  return field(name, label, 'picklist', { length: 255, options: values, default: usual, ...parts });
}

/** A lookup. */
export function reference(name: string, label: string, referenceTo: string[], parts: Parts = {}): SimField {
  const relationshipName = name.replace(/Id$/, '').replace(/__c$/, '__r');
  return field(name, label, 'reference', { length: 18, referenceTo, relationshipName, ...parts });
}

/** The parts of an address, and the compound that shows them together. */
export function address(prefix: string, label: string): SimField[] {
  const compound = `${prefix}Address`;
  const part = (name: string, words: string, length: number, type = 'string') =>
    field(`${prefix}${name}`, `${label} ${words}`.trim(), type, { length, compound });
  return [
    part('Street', 'Street', 255, 'textarea'),
    part('City', 'City', 40),
    part('State', 'State/Province', 80),
    part('PostalCode', 'Zip/Postal Code', 20),
    part('Country', 'Country', 80),
    field(compound, `${label} Address`.trim(), 'address', readOnly),
  ];
}

/** What every record has. */
export function systemFields(): SimField[] {
  return [
    field('Id', 'Record ID', 'id', { length: 18, nillable: false, ...readOnly }),
    bool('IsDeleted', 'Deleted', readOnly),
    moment('CreatedDate', 'Created Date', 'datetime', { nillable: false, ...readOnly }),
    reference('CreatedById', 'Created By ID', ['User'], { nillable: false, ...readOnly }),
    moment('LastModifiedDate', 'Last Modified Date', 'datetime', { nillable: false, ...readOnly }),
    reference('LastModifiedById', 'Last Modified By ID', ['User'], { nillable: false, ...readOnly }),
    moment('SystemModstamp', 'System Modstamp', 'datetime', { nillable: false, ...readOnly }),
  ];
}

/** Any field. */
export function field(name: string, label: string, type: string, parts: Parts = {}): SimField {
  return {
    name,
    label,
    type,
    length: 0,
    precision: 0,
    scale: 0,
    options: [],
    restricted: false,
    referenceTo: [],
    relationshipName: null,
    nillable: true,
    createable: true,
    updateable: true,
    calculated: false,
    externalId: false,
    unique: false,
    nameField: false,
    custom: name.endsWith('__c'),
    compound: null,
    ...parts,
  };
}

/** The field as `describe` shows it. */
export function describedField(one: SimField): DescribedField {
  const { options, compound, default: usual, ...facts } = one;
  const isText = one.length > 0;
  return {
    ...fieldConstants,
    ...withoutRules(facts),
    byteLength: one.length * 3,
    compoundFieldName: compound,
    defaultValue: typeof usual === 'boolean' ? String(usual) : null,
    defaultedOnCreate: usual !== undefined || (one.type === 'reference' && one.name === 'OwnerId'),
    digits: one.type === 'int' ? one.precision : 0,
    filterable: one.type !== 'textarea' || one.length <= 255,
    groupable: isText && one.length <= 255,
    idLookup: one.externalId || one.type === 'id' || one.type === 'email',
    namePointing: one.referenceTo.length > 1,
    permissionable: one.nillable && one.updateable,
    picklistValues: options.map((option) => ({ ...option, validFor: null })),
    restrictedPicklist: one.restricted,
    soapType: soapTypes[one.type] ?? 'xsd:string',
    sortable: one.type !== 'address',
  };
}

function withoutRules({ restricted: _, ...shown }: Omit<SimField, 'options' | 'compound' | 'default'>) {
  return shown;
}

const soapTypes: Record<string, string> = {
  id: 'tns:ID',
  reference: 'tns:ID',
  boolean: 'xsd:boolean',
  int: 'xsd:int',
  double: 'xsd:double',
  currency: 'xsd:double',
  percent: 'xsd:double',
  date: 'xsd:date',
  datetime: 'xsd:dateTime',
  address: 'urn:address',
};

/** What matters to nobody here. */
const fieldConstants = {
  aggregatable: true,
  autoNumber: false,
  calculatedFormula: null,
  cascadeDelete: false,
  caseSensitive: false,
  controllerName: null,
  defaultValueFormula: null,
  dependentPicklist: false,
  deprecatedAndHidden: false,
  displayLocationInDecimal: false,
  encrypted: false,
  extraTypeInfo: null,
  filteredLookupInfo: {},
  highScaleNumber: false,
  htmlFormatted: false,
  inlineHelpText: null,
  mask: null,
  maskType: null,
  queryByDistance: false,
  referenceTargetField: {},
  relationshipOrder: null,
  restrictedDelete: false,
  writeRequiresMasterRead: false,
};
