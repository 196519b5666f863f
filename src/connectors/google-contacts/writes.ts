import type { CreateItem, UpdateItem, WriteResult, Writes } from '../../connector/contract.ts';
import { Failure } from '../../connector/failure.ts';
import { bulk } from '../../connector/sending.ts';
import type { Reply, Session } from '../../connector/session.ts';
import type { Values } from '../../model/value.ts';
import { refusalOf } from './errors.ts';
import { type Person, personFields } from './person.ts';
import { etagOf, mostRead, peopleByIds } from './reads.ts';
import { maskOf, valuesOf, withValues } from './values.ts';

/** Contacts that one call makes or changes, and removes. */
const mostWritten = mostRead;
const mostDeleted = 500;

/** How contacts are written: always in batches, one call at a time (the concurrency gauge sees to that). */
export const writes: Writes = {
  create: {
    size: mostWritten,
    safety: [{ by: 'marker', field: 'mark' }, { by: 'window' }],
    send: (s, items) => prepared(s, items, (item) => draftOf(s, item), create),
  },
  update: {
    size: mostWritten,
    conditional: true,
    calls: () => 2,
    send: update,
  },
  delete: { size: mostDeleted, conditional: false, send: remove },
};

interface Draft<Item> {
  item: Item;
  person: Person;
}

/** Puts the outcomes of what could be prepared beside the refusals of the rest. */
async function prepared<Item extends { values: Values }>(
  s: Session,
  items: Item[],
  prepare: (item: Item) => Person,
  send: (s: Session, drafts: Draft<Item>[]) => Promise<WriteResult[]>,
): Promise<WriteResult[]> {
  const results = new Map<Item, WriteResult>();
  const drafts: Draft<Item>[] = [];
  for (const item of items) {
    try {
      drafts.push({ item, person: prepare(item) });
    } catch (error) {
      if (
        !(error instanceof Failure) ||
        (error.kind !== 'invalid' && error.kind !== 'missing' && error.kind !== 'stale')
      )
        throw error;
      const category = error.kind === 'invalid' ? { category: 'invalid-value' as const } : {};
      results.set(item, { refused: { kind: error.kind, message: error.message, ...category } });
    }
  }
  const sent = await send(s, drafts);
  for (const [index, { item }] of drafts.entries()) results.set(item, sent[index] as WriteResult);
  return items.map((item) => results.get(item) as WriteResult);
}

function draftOf(s: Session, { values, token }: CreateItem): Person {
  return withValues(s, {}, { ...values, mark: token });
}

const create = bulk<Draft<CreateItem>>({
  request: (drafts) => ({
    method: 'POST',
    url: '/v1/people:batchCreateContacts',
    body: {
      contacts: drafts.map(({ person }) => ({ contactPerson: person })),
      readMask: personFields,
      sources: ['READ_SOURCE_TYPE_CONTACT'],
    },
  }),
  results(reply, _, s) {
    const { createdPeople = [] } = reply.json<{ createdPeople?: { person?: Person }[] }>();
    return imagesOf(
      s,
      createdPeople.map(({ person }) => person),
    );
  },
  refusal: (reply: Reply) => refusalOf(reply),
});

/** Masked lists are replaced or cleared, so each contact is read, changed and sent whole in the lists that any of them needs. */
async function update(s: Session, items: UpdateItem[]): Promise<WriteResult[]> {
  const people = await peopleByIds(
    s,
    items.map(({ id }) => id),
  );
  const prepare = (item: UpdateItem): Person => {
    const person = people.get(item.id);
    if (!person) throw new Failure('missing', 'the contact is not there any more');
    if (item.version !== undefined && etagOf(person) !== item.version)
      throw new Failure('stale', 'the contact moved meanwhile');
    return withValues(s, person, item.values);
  };
  return prepared(s, items, prepare, sendUpdates);
}

const sendUpdates = bulk<Draft<UpdateItem>>({
  request(drafts, s) {
    const mask = maskOf(
      s,
      drafts.flatMap(({ item }) => Object.keys(item.values)),
    );
    const contacts = drafts.map(({ item, person }) => {
      const lists = Object.fromEntries(mask.map((list) => [list, person[list] ?? []]));
      return [item.id, { etag: person.etag, metadata: person.metadata, ...lists }];
    });
    return {
      method: 'POST',
      url: '/v1/people:batchUpdateContacts',
      body: {
        contacts: Object.fromEntries(contacts),
        updateMask: mask.join(','),
        readMask: personFields,
        sources: ['READ_SOURCE_TYPE_CONTACT'],
      },
    };
  },
  results(reply, drafts, s) {
    const { updateResult = {} } = reply.json<{ updateResult?: Record<string, { person?: Person }> }>();
    const results = imagesOf(
      s,
      drafts.map(({ item }) => updateResult[item.id]?.person),
    );
    return results.map((result, index) =>
      result && 'done' in result ? { ...result, done: drafts[index]?.item.id ?? result.done } : result,
    );
  },
  refusal: (reply: Reply) => refusalOf(reply),
});

/** What a write answers is the only picture of the contact that does not lag behind. */
function imagesOf(s: Session, people: (Person | undefined)[]): (WriteResult | undefined)[] {
  return people.map((person) => {
    if (!person?.resourceName) return undefined;
    const version = etagOf(person);
    return { done: person.resourceName, image: valuesOf(s, person), ...(version ? { version } : {}) };
  });
}

async function remove(s: Session, items: { id: string }[]): Promise<WriteResult[]> {
  const results = await sendRemovals(s, items);
  return results.map((result, index) =>
    'refused' in result && result.refused.kind === 'missing' ? { done: items[index]?.id ?? '' } : result,
  );
}

const sendRemovals = bulk<{ id: string }>({
  request: (items) => ({
    method: 'POST',
    url: '/v1/people:batchDeleteContacts',
    body: { resourceNames: items.map(({ id }) => id) },
  }),
  results: (_, items) => items.map(({ id }) => ({ done: id })),
  refusal: (reply: Reply) => refusalOf(reply),
});
