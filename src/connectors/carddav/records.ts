import type { AppRecord, Gone } from '../../connector/contract.ts';
import type { Session } from '../../connector/session.ts';
import { cardValues, isGroup } from './card-values.ts';
import type { StoredCard } from './cards.ts';
import { type Card, MalformedCard, parseCard } from './vcard-lines.ts';

/** The records of cards. A card that cannot be read has its version and no values: it stops nobody, and nothing writes over it. */
export function recordsOf(s: Session, cards: StoredCard[], fields: string[]): { records: AppRecord[]; gone: Gone[] } {
  const records: AppRecord[] = [];
  const gone: Gone[] = [];
  for (const { id, version, text } of cards) {
    const card = fields.length === 0 ? null : readableCard(s, id, text);
    if (card && isGroup(card)) gone.push(missing(id));
    else records.push({ id, version, values: card ? cardValues(card, fields) : {} });
  }
  return { records, gone };
}

/** A card that is not in the book. */
export function missing(id: string): Gone {
  return { id, how: 'missing' };
}

function readableCard(s: Session, id: string, text: string | undefined): Card | null {
  try {
    return parseCard(text ?? '');
  } catch (error) {
    if (!(error instanceof MalformedCard)) throw error;
    s.log.warn(`a card cannot be read: ${error.message}; open it in a contacts app and save it again`, { record: id });
    return null;
  }
}
