import type { CreateItem, Refusal, UpdateItem, WriteResult } from '../../connector/contract.ts';
import { Failure } from '../../connector/failure.ts';
import type { Session } from '../../connector/session.ts';
import { bookUrl } from './book.ts';
import { editCard, newCard } from './card-edit.ts';
import { conditionOf, deleteCard, isWeak, putCard, type Refused, stale, type Written } from './card-put.ts';
import { readCards, type StoredCard } from './cards.ts';
import { askDav } from './dav.ts';
import { eachAtOnce } from './each-at-once.ts';
import { fields, refusalOf } from './fields.ts';
import { idOf } from './member.ts';
import { recordsOf } from './records.ts';
import { type Card, cardText, MalformedCard, parseCard } from './vcard-lines.ts';
import { escapeXml } from './xml.ts';

/** Items of a batch: one call to read them, one each to write, one to see what the server made of them. */
export const mostItems = 50;

/** Ids for new cards, chosen here: the address of a new card is its client's choice (RFC 6352 §6.3.2). */
export function reserveIds(s: Session, count: number): string[] {
  return Array.from({ length: count }, () => `${s.random.uuid()}.vcf`);
}

/** Makes cards under the ids in their tokens; a card that is there already is a duplicate with that id. */
export async function createCards(s: Session, items: CreateItem[]): Promise<WriteResult[]> {
  const url = await bookUrl(s);
  const written = await eachAtOnce(items, async ({ values, token }) => {
    const refusal = refusalOf(values, 'create');
    if (refusal) return { refused: refusal };
    const uid = typeof values.uid === 'string' && values.uid !== '' ? values.uid : token.replace(/\.vcf$/, '');
    const result = await putCard(s, url, token, newCard(uid, values), { 'if-none-match': '*' });
    if (!('refused' in result)) return result;
    if (result.refused.kind === 'stale') return { refused: { ...taken, existingId: token } };
    if (result.refused.kind !== 'duplicate' || result.refused.existingId) return result;
    return { refused: { ...result.refused, existingId: await findByUid(s, url, uid) } };
  });
  return withImages(s, url, written);
}

/**
 * Changes cards: each is read whole first, since a card is only ever written whole, and everything that is not asked
 * to change goes back as it stood. A card that is no longer the version it rests on is stale.
 */
export async function updateCards(s: Session, items: UpdateItem[]): Promise<WriteResult[]> {
  const url = await bookUrl(s);
  const { cards } = await readCards(
    s,
    url,
    items.map((item) => item.id),
    'cards',
  );
  const byId = new Map(cards.map((card) => [card.id, card]));
  const written = await eachAtOnce(items, async (item) => {
    const stored = byId.get(item.id);
    const edited = editedCard(item, stored);
    if ('refused' in edited) return edited;
    // Nothing to change: what was read is what the card is.
    if (cardText(edited.card) === cardText(edited.before)) return { written: item.id, version: stored?.version };
    return putCard(s, url, item.id, edited.card, conditionOf(stored?.version));
  });
  return withImages(s, url, written);
}

/** Deletes cards; one that is gone already is done, one that is no longer the version given is stale. */
export async function deleteCards(s: Session, items: { id: string; version?: string }[]): Promise<WriteResult[]> {
  const url = await bookUrl(s);
  const weak = items.flatMap(({ id, version }) => (isWeak(version) ? id : []));
  const { cards } = await readCards(s, url, weak, 'versions');
  const now = new Map(cards.map((card) => [card.id, card.version]));
  const results = await eachAtOnce(items, async ({ id, version }) => {
    if (now.has(id) && now.get(id) !== version) return { refused: stale };
    return deleteCard(s, url, id, conditionOf(version));
  });
  return results.map((result) => ('written' in result ? { done: result.written } : result));
}

const taken: Refusal = { kind: 'duplicate', message: 'there is a card with this id already' };

function editedCard(item: UpdateItem, stored: StoredCard | undefined): { card: Card; before: Card } | Refused {
  if (!stored) return { refused: { kind: 'missing', message: 'the card is no longer in the address book' } };
  if (item.version !== undefined && stored.version !== item.version) return { refused: stale };
  const refusal = refusalOf(item.values, 'update');
  if (refusal) return { refused: refusal };
  try {
    const before = parseCard(stored.text ?? '');
    return { card: editCard(before, item.values), before };
  } catch (error) {
    if (!(error instanceof MalformedCard)) throw error;
    const message = `the card in the address book cannot be read: ${error.message}; open it in a contacts app and save it again`;
    return { refused: { kind: 'invalid', category: 'rejected-by-app', message } };
  }
}

/** The id of the card with this UID; undefined where the server does not find it. */
async function findByUid(s: Session, bookUrl: string, uid: string): Promise<string | undefined> {
  const match = `<C:text-match collation="i;unicode-casemap" match-type="equals">${escapeXml(uid)}</C:text-match>`;
  const inside = `<D:prop><D:getetag/></D:prop><C:filter><C:prop-filter name="UID">${match}</C:prop-filter></C:filter>`;
  const request = { method: 'REPORT', url: bookUrl, depth: '1', root: 'C:addressbook-query', inside } as const;
  try {
    const { resources } = await askDav(s, request);
    const found = resources.flatMap(({ href }) => idOf(bookUrl, href) ?? []);
    return found.length === 1 ? found[0] : undefined;
  } catch (error) {
    // That there is a duplicate is known without it.
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/**
 * Reads back what was written, since servers rewrite cards (Radicale sorts and re-folds the lines, others drop what they
 * do not know) and not all of them say so. Where the version is no longer the one that our write made, somebody edited
 * the card in between: then there is no image, and the next read shows it.
 */
async function withImages(s: Session, bookUrl: string, results: (Written | WriteResult)[]): Promise<WriteResult[]> {
  const ids = results.flatMap((result) => ('written' in result ? result.written : []));
  const shown = await readBack(s, bookUrl, ids);
  return results.map((result) => {
    if (!('written' in result)) return result;
    const record = shown.get(result.written);
    const isOurs = record && (result.version === undefined || record.version === result.version);
    if (!isOurs || Object.keys(record.values).length === 0) return { done: result.written };
    return { done: result.written, image: record.values, version: record.version };
  });
}

async function readBack(s: Session, bookUrl: string, ids: string[]) {
  try {
    const { cards } = await readCards(s, bookUrl, ids, 'cards');
    const { records } = recordsOf(
      s,
      cards,
      fields.map((field) => field.name),
    );
    return new Map(records.map((record) => [record.id, record]));
  } catch (error) {
    // The writes are done, whatever became of this; the next read shows them.
    if (error instanceof Failure) return new Map();
    throw error;
  }
}
