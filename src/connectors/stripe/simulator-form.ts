import type { SimRequest } from '../../simulator/sim-request.ts';
import { invalid } from './simulator-error.ts';

/** A parameter: text, a list, or a group of parameters. */
export type Parameter = string | Parameter[] | { [name: string]: Parameter };

/** Parameters by name. */
export type Parameters = Record<string, Parameter>;

/** The parameters of a request, from its query and its form: `address[city]`, `expand[]`, `types[0]`. */
export function parametersOf(request: SimRequest): Parameters {
  const found: Parameters = {};
  for (const [name, value] of [...request.query, ...new URLSearchParams(request.body)])
    put(found, stepsOf(name), value);
  return listed(found) as Parameters;
}

/** Refuses parameters that the endpoint does not know. */
export function refuseUnknown(parameters: Parameters, known: readonly string[]): void {
  for (const name of Object.keys(parameters)) {
    if (name === 'expand' || known.includes(name)) continue;
    throw invalid(`Received unknown parameter: ${name}`, name, 'parameter_unknown');
  }
}

/** A parameter that is text, or undefined. */
export function textIn(parameters: Parameters, name: string): string | undefined {
  const value = parameters[name];
  if (value === undefined || typeof value === 'string') return value;
  throw invalid(`Invalid string: ${name}`, name);
}

/** A whole number, or undefined. */
export function integerIn(parameters: Parameters, name: string): number | undefined {
  const text = textIn(parameters, name);
  if (text === undefined || text === '') return undefined;
  if (!/^-?\d{1,15}$/.test(text)) throw invalid(`Invalid integer: ${text}`, name, 'parameter_invalid_integer');
  return Number(text);
}

/** A group of parameters; empty text unsets it. */
export function groupIn(parameters: Parameters, name: string): Parameters | '' | undefined {
  const value = parameters[name];
  if (value === undefined || value === '') return value;
  if (typeof value === 'object' && !Array.isArray(value)) return value;
  throw invalid(`Invalid object`, name);
}

/** A list of texts. */
export function textsIn(parameters: Parameters, name: string): string[] | undefined {
  const value = parameters[name];
  if (value === undefined) return undefined;
  if (value === '') return [];
  if (Array.isArray(value)) return value.map(String);
  throw invalid('Invalid array', name);
}

function stepsOf(name: string): string[] {
  const [first = '', ...rest] = name.split('[');
  return [first, ...rest.map((step) => step.replace(/\]$/, ''))];
}

function put(into: Parameters, [step = '', ...rest]: string[], value: string): void {
  const name = step === '' ? String(Object.keys(into).length) : step;
  if (rest.length === 0) {
    into[name] = value;
    return;
  }
  const inner = into[name];
  const group = typeof inner === 'object' && !Array.isArray(inner) ? inner : {};
  into[name] = group;
  put(group, rest, value);
}

/** Groups whose names are 0, 1, 2 … are lists. */
function listed(value: Parameter): Parameter {
  if (typeof value !== 'object' || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, listed(inner)] as const);
  if (entries.length > 0 && entries.every(([name], at) => name === String(at)))
    return entries.map(([, inner]) => inner);
  return Object.fromEntries(entries);
}
