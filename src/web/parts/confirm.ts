import type { ReactNode } from 'react';
import { openerNow } from './focus-return.ts';

/** What a person is asked before something is changed that cannot simply be changed back. */
export interface Question {
  /** *Delete sync?* */
  title: string;
  /** The consequence, with its number. */
  consequence: ReactNode;
  /** The verb on the button: *Delete*, never *OK*. */
  verb: string;
  kind?: 'danger' | 'plain';
  act(): void;
}

/** A question that stands open, and what had the focus when it was asked. */
export interface OpenQuestion extends Question {
  opener: HTMLElement | null;
}

let open: OpenQuestion | null = null;
const listeners = new Set<() => void>();

/** Asks, and acts only on the verb. */
export function confirm(question: Question): void {
  put({ ...question, opener: openerNow() });
}

/** The question that stands open, for whoever shows it. */
export const openQuestion = {
  read: () => open,
  close: () => put(null),
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

function put(question: OpenQuestion | null): void {
  open = question;
  for (const listener of listeners) listener();
}
