import type { Association, Field, Meaning, Schema } from './field.ts';
import { associationRoles, fieldRoles } from './roles.ts';
import type { Two } from './value.ts';

/** What the two objects of a sync stand for: as their apps say, else by their names, else what the other one is. */
export function meaningsOf(schemas: Two<Schema>): Two<Meaning | undefined> {
  const [a, b] = [meaningOf(schemas.a), meaningOf(schemas.b)];
  return { a: a ?? b, b: b ?? a };
}

/** Role → field of an object type: as its app says, else by the fields' names. A role has one field. */
export function rolesOf(schema: Schema, meaning: Meaning | undefined): Map<string, Field> {
  const roles = new Map<string, Field>();
  for (const field of schema.fields) if (field.means && !roles.has(field.means)) roles.set(field.means, field);
  const family = meaning && familyOf(meaning);
  // An app that names roles names all that matter; a guess beside them would only be wrong.
  if (!family || hasRoles(schema)) return roles;
  const byName = new Map(schema.fields.toReversed().map((field) => [plainName(field.name), field]));
  for (const [role, { names }] of Object.entries(fieldRoles)) {
    if (!role.startsWith(`${family}.`)) continue;
    const name = names.find((one) => byName.has(one));
    const field = name === undefined ? undefined : byName.get(name);
    if (field && ![...roles.values()].includes(field)) roles.set(role, field);
  }
  return roles;
}

/**
 * The roles on which two objects meet, and the family that they belong to; no family where the two are about different
 * things. A company meets the customer of an app that keeps people and businesses in one list (Xero, Stripe): there the
 * roles of a person are read as those of a company.
 */
export function commonRoles(schemas: Two<Schema>): { family: string | null; roles: Two<Map<string, Field>> } {
  const meanings = meaningsOf(schemas);
  const families = { a: meanings.a && familyOf(meanings.a), b: meanings.b && familyOf(meanings.b) };
  const roles = { a: rolesOf(schemas.a, meanings.a), b: rolesOf(schemas.b, meanings.b) };
  if (families.a === families.b) return { family: families.a ?? null, roles };
  if (families.a === 'company' && families.b === 'person')
    return { family: 'company', roles: { a: roles.a, b: asCompany(roles.b) } };
  if (families.a === 'person' && families.b === 'company')
    return { family: 'company', roles: { a: asCompany(roles.a), b: roles.b } };
  return { family: null, roles };
}

/** A person's roles as a company's: what says more of the company (its name, its domain) goes before. */
function asCompany(roles: Map<string, Field>): Map<string, Field> {
  const found = new Map<string, Field>();
  for (const prefix of ['company.', 'person.company-', 'person.']) {
    for (const [role, field] of roles) {
      const own = role.startsWith(prefix) ? `company.${role.slice(prefix.length)}` : '';
      if (own in fieldRoles && !found.has(own)) found.set(own, field);
    }
  }
  const note = roles.get('person.note');
  if (note && !found.has('company.description')) found.set('company.description', note);
  return found;
}

/** Role → association of an object type: as its app says, else by what the far object stands for. */
export function associationRolesOf(schema: Schema, meaning: Meaning | undefined): Map<string, Association> {
  const roles = new Map<string, Association>();
  for (const association of schema.associations) {
    if (association.means && !roles.has(association.means)) roles.set(association.means, association);
  }
  const family = meaning && familyOf(meaning);
  if (!family) return roles;
  for (const association of schema.associations) {
    if (association.means) continue;
    const far = meaningOfName(association.to);
    const role = Object.entries(associationRoles).find(
      ([name, { to }]) => name.startsWith(`${family}.`) && to === far && !roles.has(name),
    );
    if (role) roles.set(role[0], association);
  }
  return roles;
}

/** Both object types with all that could be found out: what they mean, the roles of their fields, the pipelines' names. */
export function understood(schemas: Two<Schema>): Two<Schema> {
  const meanings = meaningsOf(schemas);
  return { a: understoodOne(schemas.a, meanings.a), b: understoodOne(schemas.b, meanings.b) };
}

/** Does the app itself say what its fields are about? Tables and custom objects do not. */
export function hasRoles(schema: Schema): boolean {
  return schema.fields.some((field) => field.means !== undefined);
}

/** The family of roles of a meaning: leads are people, tasks and calls are activities. */
function familyOf(meaning: Meaning): string {
  if (meaning === 'lead') return 'person';
  return ['task', 'call', 'meeting', 'note'].includes(meaning) ? 'activity' : meaning;
}

/** A name without case, spaces and signs: 'First_Name' is 'firstname'. */
export function plainName(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();
}

const objectNames: Record<Meaning, string[]> = {
  person: ['contact', 'customer', 'person', 'people', 'client', 'member', 'subscriber', 'attendee', 'partner'],
  lead: ['lead', 'prospect'],
  company: [
    'company',
    'companie',
    'account',
    'organization',
    'organisation',
    'business',
    'businesse',
    'supplier',
    'vendor',
  ],
  deal: ['deal', 'opportunity', 'opportunitie'],
  product: ['product', 'item', 'article', 'good'],
  'line-item': ['lineitem', 'orderline', 'orderitem', 'invoiceline', 'invoiceitem'],
  invoice: ['invoice', 'bill'],
  order: ['order', 'salesorder', 'purchaseorder'],
  task: ['task', 'todo'],
  call: ['call'],
  meeting: ['meeting', 'event', 'appointment'],
  note: ['note', 'comment'],
};

function understoodOne(schema: Schema, means: Meaning | undefined): Schema {
  const roles = new Map([...rolesOf(schema, means)].map(([role, field]) => [field.name, role]));
  const named = schema.fields.map((field) => ({ ...field, means: field.means ?? roles.get(field.name) }));
  const pipelines = named.flatMap((field) => (field.means?.endsWith('.pipeline') ? (field.options ?? []) : []));
  const labels = new Map(pipelines.map((pipeline) => [pipeline.value, pipeline.label]));
  return { ...schema, means, fields: named.map((field) => withPipelines(field, labels)) };
}

/** Stages name their pipeline by its id; pipelines of two apps are the same by what people call them. */
function withPipelines(field: Field, labels: Map<string, string>): Field {
  if (!field.options?.some((option) => option.group !== undefined)) return field;
  const options = field.options.map((option) => ({ ...option, group: labels.get(option.group ?? '') ?? option.group }));
  return { ...field, options };
}

function meaningOf(schema: Schema): Meaning | undefined {
  return schema.means ?? meaningOfName(schema.object) ?? meaningOfName(schema.label);
}

/** 'public.customers' is about people. */
function meaningOfName(object: string): Meaning | undefined {
  const name = plainName(object.split('.').at(-1) ?? object).replace(/s$/, '');
  const entries = Object.entries(objectNames) as [Meaning, string[]][];
  return entries.find(([, names]) => names.includes(name))?.[0];
}
