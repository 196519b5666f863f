import { Failure } from '../connector/contract.ts';
import type { Engine } from '../engine/engine.ts';
import { RulesRefused } from '../engine/rulebook.ts';
import type { Log } from '../lib/log.ts';
import type { Schema } from '../model/field.ts';
import { keepDataView } from '../store/data-views.ts';
import type { Db } from '../store/db.ts';

/** Feeds whose schema is remembered at most; past that all are looked at again. */
const MOST_REMEMBERED = 10_000;

/** Keeps the views that show an installation's records to SQL in step with the apps' fields. */
export interface DataViews {
  /** To be called once a feed was read: costs nothing unless the fields changed. */
  keep(feed: string): Promise<void>;
}

/** The keeper of the views of one process. What it cannot do is told once, and never stands in the way of a sync. */
export function dataViews({ db, engine, log }: { db: Db; engine: Engine; log: Log }): DataViews {
  const known = new Map<string, Schema>();
  return {
    keep: async (feed) => {
      try {
        const { account, object } = await engine.store.feed(feed);
        const schema = await engine.rulebook.schema(account, object);
        // The rulebook gives one and the same schema until it is learnt anew.
        if (known.get(feed) === schema) return;
        const state = await keepDataView(db, feed, schema);
        if (known.size >= MOST_REMEMBERED) known.clear();
        known.set(feed, schema);
        if (state === 'refused')
          log.warn("the database's user may not make the views of the schema data: grant it create on the database", {
            feed,
          });
      } catch (error) {
        if (error instanceof Failure || error instanceof RulesRefused) return;
        log.warn('the view of an object could not be made', { feed, reason: (error as Error).message });
      }
    },
  };
}
