import {
  type CreateItem,
  Failure,
  type Reads,
  type UpdateItem,
  type WriteResult,
  type Writes,
} from '../../connector/contract.ts';
import type { Session } from '../../connector/session.ts';
import type { Values } from '../../model/value.ts';
import { type Draft, doneOnes, draftOfChange, draftOfNew, openOnes } from './connector-draft.ts';
import { convertLeads, refuseContacts } from './connector-lead.ts';
import { completeLines } from './connector-lines.ts';
import type { Described } from './connector-object.ts';
import { writeParts } from './connector-part-writes.ts';
import { mostSaved, removeAll, resultOf, saveAll } from './connector-save.ts';

/** Fields that an image holds at most: a wider object shows the written ones alone. */
const mostShown = 200;

/** How an object type is written: collections of 200, each record with an outcome of its own. */
export function writesOf(object: Described, reads: Reads): Writes {
  const { createable, updateable, deletable } = object.describe;
  const marked = object.marker ? [{ by: 'own-id' } as const] : [];
  const writes: Writes = {};
  if (createable) {
    const send = (s: Session, items: CreateItem[]) => create(object, reads, s, items);
    writes.create = { size: mostSaved, safety: [...marked, { by: 'window' }], calls: () => 2, send };
  }
  if (updateable) {
    const send = (s: Session, items: UpdateItem[]) => update(object, s, items);
    writes.update = { size: mostSaved, conditional: false, edges: true, send };
  }
  if (deletable) {
    const send = (s: Session, items: { id: string }[]) =>
      removeAll(
        s,
        items.map(({ id }) => id),
      );
    writes.archive = { size: mostSaved, conditional: false, send };
  }
  return writes;
}

/** What the new records need is looked up first; what other records hold for them is written last. */
async function create(object: Described, reads: Reads, s: Session, items: CreateItem[]): Promise<WriteResult[]> {
  const today = new Date(s.clock.now()).toISOString().slice(0, 10);
  const drafts = items.map((item) => draftOfNew(object, item, today));
  await completeLines(object, s, drafts);
  if (object.name === 'Contact') await convertLeads(s, drafts);
  if (object.name === 'Lead') await refuseContacts(s, drafts);
  const [converted, fresh] = [openOnes(drafts).filter(({ id }) => id), openOnes(drafts).filter(({ id }) => !id)];
  await save(object, s, 'update', converted, 'others were sent');
  await save(object, s, 'create', fresh, converted.length > 0 ? 'others were sent' : 'nothing was sent');
  await writeParts(object, s, drafts);
  await addImages(object, reads, s, drafts);
  return drafts.map(resultOfDraft);
}

async function update(object: Described, s: Session, items: UpdateItem[]): Promise<WriteResult[]> {
  const drafts = items.map((item) => draftOfChange(object, item));
  const changed = drafts.filter(({ body }) => Object.keys(body).length > 0);
  await save(object, s, 'update', changed, 'nothing was sent');
  for (const draft of openOnes(drafts)) draft.result = { done: draft.id ?? '' };
  await writeParts(object, s, drafts);
  for (const draft of doneOnes(drafts)) {
    const image = heldOf(object, draft);
    draft.result = Object.keys(image).length > 0 ? { done: draft.id, image } : { done: draft.id };
  }
  return drafts.map(resultOfDraft);
}

/** Sends drafts. A failure is thrown only where nothing at all was sent, so that no outcome is lost. */
async function save(
  object: Described,
  s: Session,
  what: 'create' | 'update',
  drafts: Draft[],
  before: 'nothing was sent' | 'others were sent',
): Promise<void> {
  if (drafts.length === 0) return;
  const bodies = drafts.map(({ id, body }) => (what === 'update' ? { ...body, id } : body));
  const results = await saveAll(s, object.name, what, bodies).catch((error): WriteResult[] => {
    if (!(error instanceof Failure) || before === 'nothing was sent') throw error;
    return drafts.map(() => resultOf(error));
  });
  for (const [index, draft] of drafts.entries()) {
    const result = results[index];
    draft.result = result;
    if (what === 'update' || !result || !('done' in result)) continue;
    draft.id = result.done;
    draft.made = 'yes';
  }
}

/**
 * What Salesforce now shows of new records, read in one more call. A record that somebody has changed in between shows
 * more than was written, so nothing is said of it.
 */
async function addImages(object: Described, reads: Reads, s: Session, drafts: Draft[]): Promise<void> {
  const done = doneOnes(drafts);
  if (done.length === 0) return;
  const names = [...object.known.keys(), ...object.associations.map(({ name }) => name)];
  const written = [...new Set(done.flatMap(({ values }) => Object.keys(values)))];
  const stamps = ['CreatedDate', 'LastModifiedDate'].filter((name) => object.known.has(name));
  const asked = names.length <= mostShown ? names : [...new Set([...written, ...stamps])];
  const ids = done.map(({ id }) => id);
  const shown = await reads.byIds(s, ids, asked).catch((error) => {
    if (!(error instanceof Failure)) throw error;
    return { records: [] };
  });
  const records = new Map(shown.records.map((record) => [record.id, record]));
  for (const draft of done) {
    const record = records.get(draft.id);
    const isOurs = record && record.values.CreatedDate === record.values.LastModifiedDate;
    if (record && isOurs) draft.result = { done: draft.id, image: record.values, version: record.version };
  }
}

/** A lookup that takes several kinds of record holds one: which of the associations it fills, and which not. */
function heldOf(object: Described, { edges, body }: Draft): Values {
  const image: Values = {};
  for (const { name, kept } of object.associations) {
    if (kept.by !== 'lookup' || kept.among === undefined || !(kept.field in body)) continue;
    const id = body[kept.field];
    const isIt = typeof id === 'string' && id.startsWith(kept.among);
    if (edges[name]) image[name] = isIt ? [id] : [];
  }
  return image;
}

function resultOfDraft({ result }: Draft): WriteResult {
  return result ?? { unknown: 'Salesforce did not say what became of this record' };
}
