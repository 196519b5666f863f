import { stableStringify } from '../lib/json.ts';
import type { AssociationSettings, MappingSettings } from './settings.ts';
import type { Two } from './value.ts';

/**
 * Gives out slots: one per signature, and never one that was given before (M10). What it keeps only grows, so two
 * workers may save it at once: 'mapping {…}' → slot, and beside it 'gone mapping {…}' once that mapping was taken out;
 * when it comes back it is 'mapping {…} #2', with a slot of its own.
 */
export class Slots {
  readonly #given: Record<string, number>;
  readonly #used = new Set<string>();

  constructor(given: Record<string, number>) {
    this.#given = { ...given };
  }

  /** A mapping's slot: its signature is its fields, transform and options; of owners also the table that pairs them. */
  ofMapping({ a, b, transform, options }: MappingSettings, users?: Record<string, string>): number {
    return this.#slot('mapping', { a, b, transform, options, users });
  }

  /** An association's slot; these count on their own, as they have their own place in a link. */
  ofAssociation({ a, b, label }: AssociationSettings): number {
    return this.#slot('edge', { a, b, label });
  }

  /**
   * All that was ever given, for the next time. A mapping that a person took out has lost its slot, so its field is a
   * first meeting when it comes back. One whose field the app does not show now keeps it: that is the app's doing (F23).
   * `shown`: the names of fields and associations on both sides.
   */
  kept(shown: Two<ReadonlySet<string>>): Record<string, number> {
    for (const [text, slot] of Object.entries(this.#given)) {
      if (text.startsWith(GONE) || this.#used.has(text) || !isShown(text, shown)) continue;
      this.#given[GONE + text] = slot;
    }
    return { ...this.#given };
  }

  #slot(kind: string, signature: unknown): number {
    const first = `${kind} ${stableStringify(signature)}`;
    let text = first;
    for (let time = 2; this.#given[GONE + text] !== undefined; time++) text = `${first} #${time}`;
    const slot = this.#given[text] ?? this.#next(kind);
    this.#given[text] = slot;
    this.#used.add(text);
    return slot;
  }

  #next(kind: string): number {
    let next = 0;
    for (const [text, slot] of Object.entries(this.#given))
      if (text.startsWith(`${kind} `) && slot >= next) next = slot + 1;
    return next;
  }
}

const GONE = 'gone ';

function isShown(text: string, shown: Two<ReadonlySet<string>>): boolean {
  const signature = text.slice(text.indexOf(' '), text.lastIndexOf('}') + 1);
  const { a, b } = JSON.parse(signature) as Two<string | string[]>;
  return [a].flat().every((name) => shown.a.has(name)) && [b].flat().every((name) => shown.b.has(name));
}
