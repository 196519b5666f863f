import type { Changes, CommitResult } from '../../src/store/store.ts';
import type { SyncFact } from './checkers-local.ts';
import { Violation } from './violation.ts';

/** W6: no two batches under way hold one claim, whichever syncs they belong to. */
export class Claims {
  /** Sync and batch → what it claims, each with its feed. */
  readonly #held = new Map<string, string[]>();

  /** A commit went through. */
  committed(sync: SyncFact, { open, close }: Changes, { refused }: CommitResult): void {
    if (close !== undefined) this.#held.delete(`${sync.id} ${close}`);
    if (!open) return;
    const going = open.items.filter((_, at) => !refused.includes(at));
    const claims = going.flatMap((item) => item.claims.map((claim) => `${claim} on feed ${sync.feeds[open.side]}`));
    for (const [batch, others] of this.#held) {
      const both = claims.find((claim) => others.includes(claim));
      if (both) throw new Violation('W6', `batch ${open.id} of sync ${sync.id} and batch ${batch} both hold ${both}`);
    }
    this.#held.set(`${sync.id} ${open.id}`, claims);
  }
}
