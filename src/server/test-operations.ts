import assert from 'node:assert/strict';
import { generate } from 'json-schema-faker';
import { makeApp } from './app.ts';
import type { Need } from './caller.ts';
import type { TestRig } from './testing.ts';

/** One operation of the API, as its own document has it. */
export interface Operation {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below /api/v1. */
  path: string;
  needs: Need;
  /** The schema of its JSON body. */
  body: Record<string, unknown> | undefined;
  /** The schemas of its query, by name. */
  query: Record<string, Record<string, unknown>>;
  /** What the schemas refer to. */
  components: unknown;
}

/** Every operation of the API's own document. */
export function operationsOf({ installation }: TestRig): Operation[] {
  const app = makeApp(installation, async () => null);
  const document = app.getOpenAPI31Document({ openapi: '3.1.0', info: { title: 'Syncline', version: '1' } });
  const { components } = document;
  return Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Described>).map(([method, described]) => {
      const needs = described['x-needs'];
      assert.ok(needs, `${method} ${path} says what it needs: make it with route()`);
      const body = described.requestBody?.content['application/json']?.schema;
      const asked = (described.parameters ?? []).filter((parameter) => parameter.in === 'query');
      const query = Object.fromEntries(asked.map(({ name, schema }) => [name, schema]));
      const name = method.toUpperCase() as Operation['method'];
      return { method: name, path: path.replace('/api/v1', ''), needs, body, query, components };
    }),
  );
}

interface Described {
  'x-needs'?: Need;
  parameters?: { in: string; name: string; schema: Record<string, unknown> }[];
  requestBody?: { content: Record<string, { schema: Record<string, unknown> }> };
}

/** The names of a path's parameters. */
export function parametersOf(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
}

/** A path with its parameters filled in. */
export function filled(path: string, thing: (name: string) => string): string {
  return path.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(thing(name)));
}

/** A value that fits a schema. */
export async function fitting(schema: Record<string, unknown>, components: unknown, seed = 1): Promise<unknown> {
  return generate({ ...schema, components } as never, { seed } as never);
}

/** A body that fits the operation's schema; undefined where it takes none. */
export async function bodyFor({ method, body, components }: Operation, seed = 1): Promise<unknown> {
  if (method === 'GET' || method === 'DELETE' || !body) return undefined;
  return fitting(body, components, seed);
}
