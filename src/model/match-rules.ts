import type { Field, Schema } from './field.ts';
import { type KeyContext, type KeyPart, keySpec, type Normaliser, normaliserOf } from './keys.ts';
import { commonRoles } from './role-finding.ts';
import type { KeySpec, MatchRule } from './rules.ts';
import type { MappingSettings, MatchFields } from './settings.ts';
import { type SettingsProblem, unknownField } from './settings-problem.ts';
import type { Side, Two } from './value.ts';

/** Match rules, and the fields they read, which each feed must read too. */
export interface MatchPlan {
  rules: MatchRule[];
  fields: Two<string[]>;
}

/**
 * The default rules, by what both objects mean. People: by e-mail; those without one by name together with their
 * company. Companies: by domain or name, in one rule. Products: by SKU, then by name. Everything else: not at all.
 */
export function defaultMatch(schemas: Two<Schema>, context: KeyContext): MatchPlan {
  const { family, roles } = commonRoles(schemas);
  switch (family) {
    case 'person':
      return personMatch(roles, context);
    case 'company':
      return planOf(
        [[...part(roles, 'domain', 'company.domain', 'company.website'), ...part(roles, 'name', 'company.name')]],
        context,
      );
    case 'product':
      return planOf([part(roles, 'name', 'product.sku'), part(roles, 'name', 'product.name')], context);
    default:
      return planOf([], context);
  }
}

/** A person's own rules: each a list of fields that must all be equal. */
export function ownMatch(
  given: MatchFields[][],
  schemas: Two<Schema>,
  mappings: MappingSettings[],
  context: KeyContext,
  path: (string | number)[],
) {
  const problems: SettingsProblem[] = [];
  const rules: MatchRule[] = [];
  const fields: Two<string[]> = { a: [], b: [] };
  for (const [rule, names] of given.entries()) {
    const parts = names.flatMap((name, index): KeyPart[] => {
      const found = ownPart(name, schemas, mappings, [...path, rule, index]);
      if ('by' in found) return [found];
      problems.push(found);
      return [];
    });
    if (names.length === 0) problems.push({ path: [...path, rule], message: 'a match rule needs at least one field' });
    if (parts.length > 0) rules.push({ specs: [keySpec(parts, context)] });
    addFields(fields, parts);
  }
  return { rules, fields, problems };
}

type Roles = Two<Map<string, Field>>;

/**
 * Colleagues share a company, so a company alone matches nobody: the name must be equal too. And two people with two
 * e-mail addresses are two people: one of a pair must have none.
 */
function personMatch(roles: Roles, context: KeyContext): MatchPlan {
  const plan = planOf([part(roles, 'email', 'person.email', 'person.emails')], context);
  const name = namePart(roles);
  if (!name) return plan;
  const companies = [
    ...part(roles, 'email', 'person.company-email'),
    ...part(roles, 'name', 'person.company-name'),
    ...part(roles, 'domain', 'person.company-domain', 'person.website'),
  ];
  for (const company of companies) {
    plan.rules.push({ specs: withoutEmail([name, company], roles, context) });
    addFields(plan.fields, [name, company]);
  }
  return plan;
}

function withoutEmail(parts: KeyPart[], roles: Roles, context: KeyContext): KeySpec[] {
  const emails = { a: roles.a.get('person.email'), b: roles.b.get('person.email') };
  if (!emails.a || !emails.b) return [keySpec(parts, context)];
  return [
    keySpec(parts, context, { side: 'a', field: emails.a }),
    keySpec(parts, context, { side: 'b', field: emails.b }),
  ];
}

function namePart(roles: Roles): KeyPart | null {
  const [a, b] = [nameFields(roles.a), nameFields(roles.b)];
  return a && b ? { fields: { a, b }, by: 'name' } : null;
}

function nameFields(roles: Map<string, Field>): Field[] | null {
  const [first, last, whole] = [
    roles.get('person.first-name'),
    roles.get('person.last-name'),
    roles.get('person.name'),
  ];
  return first && last ? [first, last] : whole ? [whole] : null;
}

/** The part of these roles, the first that each side has; nothing where a side has none. */
function part(roles: Roles, by: Normaliser, ...names: string[]): KeyPart[] {
  const find = (side: Side) => names.map((name) => roles[side].get(name)).find((field) => field !== undefined);
  const [a, b] = [find('a'), find('b')];
  return a && b ? [{ fields: { a: [a], b: [b] }, by }] : [];
}

/** Rules of single-part specs: each part of a rule is a spec of its own. */
function planOf(rules: KeyPart[][], context: KeyContext): MatchPlan {
  const plan: MatchPlan = { rules: [], fields: { a: [], b: [] } };
  for (const parts of rules) {
    if (parts.length > 0) plan.rules.push({ specs: parts.map((one) => keySpec([one], context)) });
    addFields(plan.fields, parts);
  }
  return plan;
}

function addFields(fields: Two<string[]>, parts: KeyPart[]): void {
  for (const one of parts) {
    fields.a.push(...one.fields.a.map((field) => field.name));
    fields.b.push(...one.fields.b.map((field) => field.name));
  }
}

/** A bare name is side a's field with its mapped field on b, else b's field of that name. */
function ownPart(
  given: MatchFields,
  schemas: Two<Schema>,
  mappings: MappingSettings[],
  path: (string | number)[],
): KeyPart | SettingsProblem {
  const names = typeof given === 'string' ? { a: given } : given;
  const at = (side: Side) => (typeof given === 'string' ? path : [...path, side]);
  const a = fieldNamed(schemas.a, names.a);
  if (!a) return unknownField(schemas.a, 'a', names.a, at('a'));
  const mapped = mappings.find((mapping) => mapping.a.length === 1 && mapping.a[0] === a.name)?.b;
  const across = 'b' in names ? [names.b] : (mapped ?? [a.name]);
  const b = across.flatMap((name) => fieldNamed(schemas.b, name) ?? []);
  if (b.length < across.length) return unknownField(schemas.b, 'b', across[0] ?? '', at('b'));
  return { fields: { a: [a], b }, by: normaliserOf([a], b) };
}

function fieldNamed(schema: Schema, name: string): Field | undefined {
  return schema.fields.find((field) => field.name === name);
}
