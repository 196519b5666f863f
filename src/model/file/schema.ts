import { z } from 'zod';
import { operators } from '../filter.ts';
import { isRegion } from '../types/phone.ts';

/** Any plain value of YAML that stands for text. */
const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const names = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);
const choice = <const T extends readonly string[]>(values: T) =>
  z.enum(values, { error: (issue) => `must be one of ${values.join(', ')}, not ${shown(issue.input)}` });
const switched = z.boolean({ error: (issue) => `must be true or false, not ${shown(issue.input)}` });
const object = <T extends z.ZodRawShape>(shape: T) =>
  z.strictObject(shape, {
    error: (issue) => {
      const allowed = Object.keys(shape).join(', ');
      if (issue.code === 'unrecognized_keys') return `is not known here; allowed are ${allowed}`;
      return `must be a map with ${allowed}`;
    },
  });

const condition = object({
  field: z.string().min(1),
  op: choice(operators),
  value: z.union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number()]))]).optional(),
});

/** A filter: a condition, or `all` / `any` of filters. */
export type FilterInput = z.output<typeof condition> | { all: FilterInput[] } | { any: FilterInput[] };

/** The schema that fits what stands there: its complaints are then about the right thing, at the right place. */
function by<T>(choose: (raw: unknown) => z.ZodType<T>): z.ZodType<T> {
  return z.custom<T>().transform((raw, context) => {
    const parsed = choose(raw).safeParse(raw);
    if (parsed.success) return parsed.data;
    for (const { path, message } of parsed.error.issues) context.addIssue({ code: 'custom', path, message });
    return z.NEVER;
  }) as unknown as z.ZodType<T>;
}

const filter: z.ZodType<FilterInput> = by<FilterInput>((raw) => {
  const has = (name: string) => raw !== null && typeof raw === 'object' && name in raw;
  if (has('all')) return object({ all: z.array(filter) }) as z.ZodType<FilterInput>;
  return (has('any') ? object({ any: z.array(filter) }) : condition) as z.ZodType<FilterInput>;
});

const matchPart = z.union([z.string().min(1), object({ a: z.string().min(1), b: z.string().min(1) })], {
  error: 'must be a field name, or { a: field, b: field }',
});

const mapping = object({
  a: names,
  b: names,
  enabled: switched.optional(),
  direction: choice(['both', 'a-to-b', 'b-to-a']).optional(),
  wins: choice(['default', 'a', 'b', 'latest']).optional(),
  fill: choice(['always', 'if-empty']).optional(),
  empty: choice(['flows', 'keeps']).optional(),
  group: z.string().min(1).optional(),
  transform: object({ 'a-to-b': z.string().optional(), 'b-to-a': z.string().optional() }).optional(),
  options: z.record(z.string(), text, { error: 'must be a map from options of a to options of b' }).optional(),
});

const association = object({
  a: z.string().min(1),
  b: z.string().min(1),
  label: z.string().optional(),
  enabled: switched.optional(),
});

const BRAKE = 'must be a share such as 10%, a count of records, or off';
/** A brake as it is written. */
export const brakeSchema = by<'off' | number | string>((raw) => {
  if (raw === false) return z.literal(false).transform(() => 'off' as const);
  if (typeof raw === 'number') return z.number({ error: BRAKE }).int(BRAKE).min(0, BRAKE);
  return z.string({ error: BRAKE }).regex(/^(off|\d{1,3}(\.\d+)?%)$/, BRAKE);
});

const TIME = 'must be a time above 0, such as 60s, 5m or 1h';
const time = by<number | string>((raw) => {
  if (typeof raw === 'number') return z.number().positive(TIME);
  return z.string({ error: TIME }).regex(/^(?!0+(\.0+)?[smh]?$)\d+(\.\d+)?[smh]?$/, TIME);
});

const words = <const T extends readonly string[], L>(values: T, list: z.ZodType<L>, what: string) =>
  by<T[number] | L>((raw) => {
    if (Array.isArray(raw)) return list as z.ZodType<T[number] | L>;
    return z.enum(values, { error: `must be ${values.join(' or ')}, or ${what}` }) as unknown as z.ZodType<
      T[number] | L
    >;
  });

type Mapping = z.output<typeof mapping>;
const mappingEntry = by<'default' | Mapping>((raw) =>
  raw !== null && typeof raw === 'object'
    ? (mapping as z.ZodType<'default' | Mapping>)
    : z.literal('default', { error: 'must be the word default, or a mapping with a and b' }),
);

/** One sync of the file. */
export const syncSchema = object({
  a: object({ account: z.string().min(1), object: z.string().min(1) }),
  b: object({ account: z.string().min(1), object: z.string().min(1) }),
  direction: choice(['both', 'a-to-b', 'b-to-a']).optional(),
  default: choice(['a', 'b']).optional(),
  match: words(
    ['default', 'none'],
    z.array(z.array(matchPart).min(1)),
    'rules in order, each a list of fields',
  ).optional(),
  require: words(['default'], z.array(z.string().min(1)), "a list of side a's fields").optional(),
  filter: object({ 'a-to-b': filter.optional(), 'b-to-a': filter.optional() }).optional(),
  leaving: choice(['keep', 'exclude']).optional(),
  deletions: object({
    a: choice(['ignore', 'archive', 'delete']).optional(),
    b: choice(['ignore', 'archive', 'delete']).optional(),
  }).optional(),
  route: object({ field: z.string().min(1), 'a-to-b': z.array(text).min(1) }).optional(),
  mappings: words(['default', 'none'], z.array(mappingEntry), 'a list of mappings').optional(),
  associations: words(['default', 'none'], z.array(association), 'a list of associations').optional(),
  users: z.record(z.string(), text).optional(),
  region: z.string().refine(isRegion, 'must be the code of a country in capitals, such as SE').optional(),
  brakes: object({
    create: brakeSchema.optional(),
    update: brakeSchema.optional(),
    empty: brakeSchema.optional(),
    archive: brakeSchema.optional(),
  }).optional(),
  every: time.optional(),
  enabled: switched.optional(),
});

const account = object({
  app: z.string().min(1),
  settings: z.record(z.string(), text).optional(),
  secrets: z.record(z.string(), text).optional(),
});

/** What the key of an account or a sync is made of. */
export const keyPattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/;
/** What is said of a key that is made of something else. */
export const keyRule = 'must be made of letters, digits, dots, hyphens and underscores, at most 63';
const key = z.string().regex(keyPattern, { error: keyRule });

/** The whole file. */
export const fileSchema = object({
  accounts: z.record(key, account).optional(),
  syncs: z.record(key, syncSchema).optional(),
});

/** What is wrong, in plain words, where the schema has none of its own. No value is shown: it could be a secret. */
export function plainWords(issue: { code?: string; expected?: unknown; input?: unknown }): string | undefined {
  if (issue.code === 'too_small') return 'must not be empty';
  if (issue.code === 'invalid_union') return `must be text, not ${kindOf(issue.input)}`;
  if (issue.code !== 'invalid_type') return undefined;
  const expected = { record: 'a map', object: 'a map', array: 'a list', string: 'text' }[String(issue.expected)];
  return `must be ${expected ?? `a ${issue.expected}`}, not ${kindOf(issue.input)}`;
}

function kindOf(input: unknown): string {
  if (input === undefined || input === null) return 'nothing';
  if (Array.isArray(input)) return 'a list';
  return typeof input === 'object' ? 'a map' : `a ${typeof input}`;
}

/** A file as it was read, before defaults are filled in. */
export type FileInput = z.output<typeof fileSchema>;

/** One sync as it was read. */
export type SyncInput = z.output<typeof syncSchema>;

function shown(input: unknown): string {
  return input === undefined ? 'nothing' : JSON.stringify(input);
}
