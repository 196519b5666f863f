import { stableStringify } from '../lib/json.ts';
import type { AssociationSettings, MappingSettings } from './settings.ts';

/** Gives out slots: one per signature, and never one that was given before (M10). */
export class Slots {
  /** All that were ever given, by signature. */
  readonly given: Record<string, number>;

  constructor(given: Record<string, number>) {
    this.given = { ...given };
  }

  /** A mapping's slot: its signature is its fields, transform and options. */
  ofMapping({ a, b, transform, options }: MappingSettings): number {
    return this.#slot('m', { a, b, transform: transform ?? null, options: options ?? null });
  }

  /** An association's slot; these count on their own, as they have their own place in a link. */
  ofAssociation({ a, b, label }: AssociationSettings): number {
    return this.#slot('e', { a, b, label: label ?? null });
  }

  #slot(kind: string, signature: unknown): number {
    const text = kind + stableStringify(signature);
    const slot = this.given[text] ?? this.#next(kind);
    this.given[text] = slot;
    return slot;
  }

  #next(kind: string): number {
    let next = 0;
    for (const [text, slot] of Object.entries(this.given)) if (text.startsWith(kind) && slot >= next) next = slot + 1;
    return next;
  }
}
