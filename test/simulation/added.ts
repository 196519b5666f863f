import type { Values } from '../../src/model/value.ts';
import type { FakeRecord } from './fake-app.ts';

/** The values to be written, with only those ids of a list that are new in it. */
export function added(record: FakeRecord | null, values: Values): Values {
  const entries = Object.entries(values).map(([name, value]) => {
    const held = record?.values[name];
    if (!Array.isArray(value) || !Array.isArray(held)) return [name, value];
    return [name, (value as string[]).filter((id) => !(held as string[]).includes(id))];
  });
  return Object.fromEntries(entries);
}
