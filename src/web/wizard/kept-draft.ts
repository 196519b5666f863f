import { useEffect, useState } from 'react';
import { keptHere } from '../world.ts';
import type { Draft } from './draft.ts';

/**
 * A draft that outlives a reload and the way back, in this tab. `name` tells drafts apart. A draft that was begun from
 * something else (other accounts, settings that changed since) is not taken up again.
 */
export function useKeptDraft(name: string, initial: Draft) {
  const [draft, setDraft] = useState(() => readKept(name, initial) ?? initial);
  const begun = JSON.stringify(initial);
  useEffect(() => {
    const text = JSON.stringify(draft);
    keptHere.write(placeOf(name), text === begun ? null : JSON.stringify({ begun, draft }));
  }, [name, begun, draft]);
  return { draft, setDraft, changed: JSON.stringify(draft) === begun ? ('no' as const) : ('yes' as const) };
}

/** Forgets a draft: it was made a sync. */
export function forgetDraft(name: string): void {
  keptHere.write(placeOf(name), null);
}

function readKept(name: string, initial: Draft): Draft | null {
  const text = keptHere.read(placeOf(name));
  if (text === null) return null;
  const { begun, draft } = JSON.parse(text) as { begun: string; draft: Draft };
  return begun === JSON.stringify(initial) ? draft : null;
}

function placeOf(name: string): string {
  return `draft-${name}`;
}
