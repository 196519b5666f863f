import type { ASTNode, Environment, ParseResult } from '@marcbachmann/cel-js';
import { messageOf } from '../lib/error.ts';
import type { Field } from './field.ts';
import {
  MOST_CHARACTERS,
  MOST_ENTRIES,
  TransformFailure,
  transformEnvironment,
  transformFunctions,
} from './transform-functions.ts';
import { decimal } from './types/decimal.ts';
import { isEmpty } from './types/empty.ts';
import { textsOf } from './types/list.ts';
import { invalid } from './types/text.ts';
import { type Taken, Trouble } from './types/trouble.ts';
import { types } from './types/types.ts';
import type { UserTable } from './users.ts';
import type { Side, Value, Values } from './value.ts';

/** The longest expression, in characters. */
export const LONGEST_EXPRESSION = 2000;

/** How deep an expression may loop in loops. */
const DEEPEST_LOOP = 2;

/** An expression on a mapping, compiled. */
export interface Transform {
  /** What the target field gets, or why not. `values`: of the mapping's source fields. */
  run(values: Value[], record: Values): Taken;
  /** The fields of `record` it reads. */
  reads: string[];
}

/** What a transform stands between. */
export interface TransformPlace {
  /** The source fields; with several, `value` is their list. */
  sources: Field[];
  /** All fields of the source side, for `record`. */
  fields: Field[];
  target: Field;
  to: Side;
  users: UserTable;
  region?: string;
}

/** What is wrong with an expression; `at`: the character where, from 0, if that is known. */
export interface TransformRefused {
  message: string;
  at?: number;
}

/** Compiles an expression (CEL over `value` and `record`), or says what is wrong with it. */
export function compileTransform(expression: string, place: TransformPlace): Transform | TransformRefused {
  if (expression.length > LONGEST_EXPRESSION) return { message: `is longer than ${LONGEST_EXPRESSION} characters` };
  const parsed = parse(expression, environmentFor(place.region));
  if ('message' in parsed) return parsed;
  const read = readFields(parsed.ast);
  if ('message' in read) return read;
  const fields = new Map(place.fields.map((field) => [field.name, field]));
  const unknown = read.names.find((name) => !fields.has(name));
  if (unknown !== undefined) return { message: `reads record.${unknown}, and there is no such field` };
  const known = read.names.flatMap((name) => fields.get(name) ?? []);
  return { reads: read.names, run: (values, record) => run(parsed, values, record, known, place) };
}

const environments = new Map<string, Environment>();

/** One environment per region: making one costs more than a thousand runs. */
function environmentFor(region = ''): Environment {
  const made = environments.get(region) ?? transformEnvironment(region === '' ? undefined : region);
  environments.set(region, made);
  return made;
}

function parse(expression: string, environment: Environment): ParseResult | TransformRefused {
  try {
    const parsed = environment.parse(expression);
    const checked = parsed.check();
    return checked.valid ? parsed : wrong(checked.error);
  } catch (error) {
    return wrong(error);
  }
}

function wrong(error: unknown): TransformRefused {
  const summary = summaryOf(error);
  const called = /^found no matching overload for '(\w+)\(/.exec(summary)?.[1];
  const message = called
    ? `calls ${called} as no function takes it; there are ${transformFunctions.join(', ')}, and those of CEL`
    : `is wrong: ${summary}`;
  const { range } = (error ?? {}) as { range?: { start?: number } };
  return typeof range?.start === 'number' ? { message, at: range.start } : { message };
}

function summaryOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'summary' in error && typeof error.summary === 'string')
    return error.summary;
  return messageOf(error);
}

function run(parsed: ParseResult, values: Value[], record: Values, reads: Field[], place: TransformPlace): Taken {
  try {
    const inputs = place.sources.map((source, index) => celValue(values[index] ?? null, source));
    const seen: Record<string, unknown> = {};
    for (const field of reads) seen[field.name] = celValue(record[field.name] ?? null, field);
    return fromResult(parsed({ value: inputs.length === 1 ? inputs[0] : inputs, record: seen }), place);
  } catch (error) {
    // Of nothing, nothing can be made: only `default` says otherwise, and it does not fail.
    if (values.every(isEmpty)) return null;
    const why = error instanceof TransformFailure ? error.message : reasonOf(error);
    return new Trouble('invalid-value', `the transform for ${place.target.label} failed: ${why}`);
  }
}

/** The engine's code of the error only: its message may quote the record's values. */
function reasonOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'error';
  return code.replaceAll('_', ' ');
}

function celValue(value: Value, field: Field): unknown {
  if (value === null || typeof value === 'boolean') return value;
  if (Array.isArray(value)) {
    if (value.length > MOST_ENTRIES) throw new TransformFailure(`a list has more than ${MOST_ENTRIES} entries`);
    return textsOf(value);
  }
  if (field.type === 'number' || field.type === 'money') return Number(value);
  return field.type === 'integer' && /^-?\d{1,18}$/.test(value) ? BigInt(value) : value;
}

/** What came out, in the target field's representation. */
function fromResult(result: unknown, place: TransformPlace): Taken {
  const { target } = place;
  if (result === null || result === undefined) return null;
  if (typeof result === 'string' && result.length > MOST_CHARACTERS) {
    return new Trouble('too-long', `the transform for ${target.label} makes more than ${MOST_CHARACTERS} characters`);
  }
  if (result instanceof Date) return fromText(result.toISOString(), place);
  if (typeof result === 'number') {
    const exact = decimal(result);
    return exact === null ? invalid(target, 'a finite number') : fromText(exact, place);
  }
  if (typeof result === 'string' || typeof result === 'bigint' || typeof result === 'boolean')
    return fromText(String(result), place);
  if (Array.isArray(result) && (target.type === 'list' || target.type === 'multi-select'))
    return fromList(result, place);
  return new Trouble(
    'invalid-value',
    `the transform for ${target.label} gives a list or a map; pick an entry or use join`,
  );
}

function fromList(result: unknown[], place: TransformPlace): Taken {
  const texts = result.filter((entry) => !isEmpty(entry)).map(String);
  if (place.target.type === 'list') return types.list.take(texts, place.target);
  const chosen = texts.map((text) => optionOf(text, place.target));
  const trouble = chosen.find((one) => one instanceof Trouble);
  return trouble ?? chosen.filter((one) => typeof one === 'string');
}

function fromText(text: string, place: TransformPlace): Taken {
  const { target } = place;
  if (isEmpty(text)) return null;
  if (target.type === 'list' || target.type === 'multi-select') return fromList([text], place);
  if (target.type === 'select') return optionOf(text, target);
  if (target.type !== 'user') return types[target.type].take(text, target);
  return (
    place.users.find(place.to, text) ?? new Trouble('unknown-option', `the transform for ${target.label} names no user`)
  );
}

function optionOf(text: string, select: Field): Taken {
  if (!select.options?.length) return text;
  const option = select.options.find((one) => one.value === text) ?? select.options.find((one) => one.label === text);
  return option?.value ?? new Trouble('unknown-option', `the transform for ${select.label} gives none of its options`);
}

/** The fields of `record` that an expression reads, or what in it is refused. */
function readFields(ast: ASTNode): { names: string[] } | { message: string } {
  const names = new Set<string>();
  const visit = (node: unknown, loops: number): string | undefined => {
    if (Array.isArray(node)) return node.map((one) => visit(one, loops)).find((one) => one !== undefined);
    if (typeof node !== 'object' || node === null || !('op' in node)) return undefined;
    const { op, args } = node as ASTNode;
    if (op === 'id') return args === 'record' ? 'reads the whole record; name a field: record.city' : undefined;
    if ((op === '.' || op === '[]') && isRecord(args[0])) {
      const name = op === '.' ? args[1] : args[1].op === 'value' ? args[1].args : null;
      if (typeof name !== 'string') return "reads a field that is not named; write record['city']";
      names.add(name);
      return undefined;
    }
    if (op === 'call' && args[0] === 'bytes') return 'uses bytes; transforms work on text';
    if (op !== 'rcall') return visit(args, loops);
    const [method, receiver, given] = args;
    if (!methods.has(method) && !loopNames.has(method))
      return `uses .${method}(…); there are the functions, and the methods ${[...methods].join(', ')}`;
    if (!loopNames.has(method)) return visit(args, loops);
    return loops === DEEPEST_LOOP
      ? `loops deeper than ${DEEPEST_LOOP}`
      : (visit(receiver, loops) ?? visit(given, loops + 1));
  };
  const message = visit(ast, 0);
  return message === undefined ? { names: [...names] } : { message };
}

const loopNames = new Set(['map', 'filter', 'all', 'exists', 'exists_one']);

/**
 * The methods that make nothing longer than what they are given. Left out: matches, for whose patterns a text can be made
 * that takes for ever; split, join and bytes, which our own functions do within limits; bind, which doubles and doubles.
 */
const methods = new Set([
  'size',
  'contains',
  'startsWith',
  'endsWith',
  'indexOf',
  'lastIndexOf',
  'substring',
  'trim',
  'lowerAscii',
  'upperAscii',
  'getFullYear',
  'getMonth',
  'getDate',
  'getDayOfMonth',
  'getDayOfWeek',
  'getDayOfYear',
  'getHours',
  'getMinutes',
  'getSeconds',
]);

function isRecord(node: unknown): boolean {
  return (
    typeof node === 'object' &&
    node !== null &&
    'op' in node &&
    node.op === 'id' &&
    'args' in node &&
    node.args === 'record'
  );
}
