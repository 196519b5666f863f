import assert from 'node:assert/strict';
import type { AppRecord, ObjectType, Refusal, WriteResult } from '../../src/connector/contract.ts';
import type { OpenSession } from '../../src/connector/open-session.ts';
import { connector } from '../../src/connectors/postgres/connector.ts';
import type { Values } from '../../src/model/value.ts';

/** A table as the connector shows it. */
export async function objectOn(session: OpenSession, name: string): Promise<ObjectType> {
  const objects = typeof connector.objects === 'function' ? await connector.objects(session) : connector.objects;
  const object = objects.find((one) => one.name === name);
  assert.ok(object, `there is no object ${name}, but ${objects.map((one) => one.name).join(', ')}`);
  return object;
}

/** What a whole pass showed. */
export interface Pass {
  records: Map<string, AppRecord>;
  until: string | undefined;
  expired: boolean;
  pages: number;
}

/** Reads a pass to its end: the whole table, or what changed since a cursor. */
export async function passOver(
  session: OpenSession,
  object: ObjectType,
  fields: string[],
  since?: string,
  between: (page: number) => Promise<void> = async () => {},
): Promise<Pass> {
  const pass: Pass = { records: new Map(), until: undefined, expired: false, pages: 0 };
  for (let resume: string | undefined; ; ) {
    const page = await object.reads.page(session, { since, resume, fields });
    pass.pages += 1;
    for (const record of page.records) pass.records.set(record.id, record);
    if (page.expired) return { ...pass, expired: true };
    if (page.resume === undefined) return { ...pass, until: page.until };
    resume = page.resume;
    await between(pass.pages);
  }
}

/** A mirror kept by passes alone: listed once, then changed by what each pass shows; listed anew when the cursor expires. */
export class Mirror {
  records = new Map<string, AppRecord>();
  expirations = 0;
  private until: string | undefined;
  private readonly session: OpenSession;
  private readonly object: ObjectType;
  private readonly fields: string[];

  constructor(session: OpenSession, object: ObjectType, fields: string[]) {
    this.session = session;
    this.object = object;
    this.fields = fields;
  }

  /** One more pass; the ids it showed. */
  async pass(): Promise<string[]> {
    const pass = await passOver(this.session, this.object, this.fields, this.until);
    this.until = pass.until;
    for (const [id, record] of pass.records) this.records.set(id, record);
    if (!pass.expired) return [...pass.records.keys()];
    this.expirations += 1;
    return this.pass();
  }

  /** One field of all records, by id. */
  column(name: string): Record<string, unknown> {
    return Object.fromEntries([...this.records].map(([id, record]) => [id, record.values[name]]));
  }
}

/** Creates records the way the engine does: reserves, then sends. */
export async function create(session: OpenSession, object: ObjectType, records: Values[]): Promise<WriteResult[]> {
  const batch = object.writes?.create;
  assert.ok(batch, `${object.name} cannot be created`);
  const items = records.map((values, index) => ({ values, token: `token ${index}` }));
  const tokens = (await batch.reserve?.(session, items)) ?? [];
  return batch.send(
    session,
    items.map((item, index) => ({ ...item, token: tokens[index] ?? item.token })),
  );
}

/** The result of a write that must be done. */
export function done(result: WriteResult | undefined): { done: string; image?: Values; version?: string } {
  assert.ok(result && 'done' in result, `expected a write that is done, not ${JSON.stringify(result)}`);
  return result;
}

/** What a write was refused with. */
export function refused(result: WriteResult | undefined): Refusal {
  assert.ok(result && 'refused' in result, `expected a refusal, not ${JSON.stringify(result)}`);
  return result.refused;
}
