import type { CreateItem, Refusal, UpdateItem, WriteResult, Writes } from '../../connector/contract.ts';
import { bulk } from '../../connector/sending.ts';
import type { Reply, Session } from '../../connector/session.ts';
import { farIdsOf } from '../../connector/values.ts';
import type { Field } from '../../model/field.ts';
import type { Values } from '../../model/value.ts';
import { plainTypeId } from './connector-associations.ts';
import { writeEdges } from './connector-edges.ts';
import { aboutFar, type CrmError, errorOf, refusalOf } from './connector-errors.ts';
import { fieldsOf, toText, toValue, versionOf } from './connector-fields.ts';
import type { CrmObject } from './connector-object.ts';
import { pathsOf } from './connector-paths.ts';
import { mostInBatch, type Shown } from './connector-reads.ts';

/** A batch's answer: 200 or 201 when all went well, 207 with `errors` when some did not. */
interface BatchAnswer {
  results: Shown[];
  errors?: CrmError[];
}

/** How an object type is written: batches of a hundred, each item with a trace id by which its outcome is found. */
export function writesOf(object: CrmObject): Writes {
  const safety = object.name === 'contacts' ? [{ by: 'unique-field', field: 'email' } as const] : [];
  return {
    create: { size: mostInBatch, safety: [...safety, { by: 'window' }], send: creates(object) },
    update: { size: mostInBatch, conditional: false, edges: true, send: (s, items) => update(object, s, items) },
    archive: { size: mostInBatch, conditional: false, send: (s, items) => archive(object, s, items) },
  };
}

function creates(object: CrmObject): (s: Session, items: CreateItem[]) => Promise<WriteResult[]> {
  return bulk<CreateItem>({
    async request(items, s) {
      const inputs = items.map(async (item, index) => ({
        objectWriteTraceId: traceOf(index),
        properties: propertiesOf(object, item.values, 'create'),
        associations: await associationsOf(object, s, item.values),
      }));
      return { method: 'POST', url: batchUrl(object, s, 'create'), body: { inputs: await Promise.all(inputs) } };
    },
    results: (reply, items, s) => resultsOf(object, s, reply, items),
    refusal,
  });
}

/** Properties first, in one call; then associations, for the records whose properties went through. */
async function update(object: CrmObject, s: Session, items: UpdateItem[]): Promise<WriteResult[]> {
  const changed = items.filter((item) => Object.keys(item.values).length > 0);
  const written = await updates(object)(s, changed);
  const results = items.map((item): WriteResult => {
    const at = changed.indexOf(item);
    return at < 0 ? { done: item.id } : (written[at] ?? { unknown: 'HubSpot did not say what became of this record' });
  });
  return writeEdges(object, s, items, results);
}

function updates(object: CrmObject): (s: Session, items: UpdateItem[]) => Promise<WriteResult[]> {
  return bulk<UpdateItem>({
    request: (items, s) => ({
      method: 'POST',
      url: batchUrl(object, s, 'update'),
      body: {
        inputs: items.map(({ id, values }, index) => ({
          id,
          objectWriteTraceId: traceOf(index),
          properties: propertiesOf(object, values, 'update'),
        })),
      },
    }),
    results: (reply, items, s) => resultsOf(object, s, reply, items),
    refusal,
  });
}

/** HubSpot answers 204 whatever was there: what is gone already counts as done. */
async function archive(object: CrmObject, s: Session, items: { id: string }[]): Promise<WriteResult[]> {
  const inputs = items.map(({ id }) => ({ id }));
  await s.request({ method: 'POST', url: batchUrl(object, s, 'archive'), body: { inputs } });
  return items.map(({ id }) => ({ done: id }));
}

/** Results come in any order: the trace id that each carries says which item it is, for an update its own id as well. */
async function resultsOf(
  object: CrmObject,
  s: Session,
  reply: Reply,
  items: { values: Values; id?: string }[],
): Promise<(WriteResult | undefined)[]> {
  const { results, errors = [] } = reply.json<BatchAnswer>();
  const known = new Map((await fieldsOf(object)(s)).map((field) => [field.name, field]));
  return items.map((item, index) => {
    const shown = results.find((row) => row.objectWriteTraceId === traceOf(index)) ?? rowById(results, item.id);
    if (shown) return doneOf(shown, item.values, known);
    const error = errors.find(
      ({ context }) => context?.objectWriteTraceId?.includes(traceOf(index)) || isAbout(context, item.id),
    );
    const refused = error && refusalOf(error, 0, textsOf(item.values));
    // A new record cannot be missing: one that it refers to is.
    return refused && { refused: item.id === undefined ? aboutFar(refused) : refused };
  });
}

function rowById(results: Shown[], id: string | undefined): Shown | undefined {
  return id === undefined ? undefined : results.find((row) => row.id === id);
}

function isAbout(context: CrmError['context'], id: string | undefined): boolean {
  return id !== undefined && (context?.ids?.includes(id) || context?.id?.includes(id) || false);
}

/** What HubSpot now shows of the written fields: it trims, lower-cases and rounds. A cleared property may be left out. */
function doneOf(shown: Shown, written: Values, known: Map<string, Field>): WriteResult {
  const image: Values = {};
  for (const [name, value] of Object.entries(written)) {
    const field = known.get(name);
    const raw = shown.properties[name];
    if (field && raw !== undefined) image[name] = toValue(field, raw);
    else if (field && value === null) image[name] = null;
  }
  return { done: shown.id, image, version: versionOf(shown) };
}

function refusal(reply: Reply, item: { values: Values }): Refusal {
  return refusalOf(errorOf(reply), reply.status, textsOf(item.values));
}

/** Values as texts; a new record needs no empty ones. Associations kept in a property are written with it. */
function propertiesOf(object: CrmObject, values: Values, kind: 'create' | 'update'): Record<string, string> {
  const properties: Record<string, string> = {};
  const associations = new Map(object.associations.map((one) => [one.name, one]));
  for (const [name, value] of Object.entries(values)) {
    const kept = associations.get(name)?.kept;
    if (kept && kept.by !== 'property') continue;
    const text = toText(kept ? (farIdsOf(value)[0] ?? null) : value);
    if (text !== '' || kind === 'update') properties[kept ? kept.property : name] = text;
  }
  return properties;
}

/** Associations of a new record, in the create itself. A kind of which HubSpot tells no number is written as the plain one. */
async function associationsOf(object: CrmObject, s: Session, values: Values): Promise<object[]> {
  const asked = object.associations.filter(
    (one) => one.kept.by !== 'property' && farIdsOf(values[one.name]).length > 0,
  );
  const given = asked.map(async ({ name, far, kept }) => {
    const plain = await plainTypeId(s, object.path, far);
    const kind = kept.by === 'label' ? kept : plain;
    if (!kind) return [];
    const types = [{ associationCategory: kind.category, associationTypeId: kind.typeId }];
    return farIdsOf(values[name]).map((id) => ({ to: { id }, types }));
  });
  return (await Promise.all(given)).flat();
}

function textsOf(values: Values): string[] {
  return Object.values(values).map(toText);
}

function traceOf(index: number): string {
  return `item-${index}`;
}

function batchUrl(object: CrmObject, s: Session, what: 'create' | 'update' | 'archive'): string {
  return `${pathsOf(s.settings).objects(object.path)}/batch/${what}`;
}
