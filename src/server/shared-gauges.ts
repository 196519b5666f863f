import type { Gauges } from '../connector/gauges.ts';
import {
  blockMeters,
  enterMeters,
  freshMeters,
  leaveMeters,
  leftOf,
  type Meters,
  observeMeters,
} from '../connector/meters.ts';
import type { Log } from '../lib/log.ts';
import type { Random } from '../lib/random.ts';
import type { Db } from '../store/db.ts';
import { changeMeters } from '../store/gauge-rows.ts';

/** A call that nobody reported back after this long is taken for ended, in milliseconds: its worker died. */
const LONGEST_CALL_MILLISECONDS = 5 * 60_000;
/** How soon a full gauge is looked at again, in seconds: another worker's call may have ended. */
const LOOK_SECONDS = 0.2;

/** The limits of one account (its id), kept in the database for all workers (W5). */
export function sharedGauges(db: Db, account: string, { random, log }: { random: Random; log: Log }): Gauges {
  const change = <Result>(work: (meters: Meters, now: number) => Result) =>
    changeMeters<Meters, Result>(db, account, (stored, now) => {
      const meters = stored ?? freshMeters();
      return { result: work(meters, now), meters };
    });
  const leave = (ticket: string) => {
    change((meters) => leaveMeters(meters, ticket)).catch((error: Error) =>
      log.warn('a call that ended is counted a while longer', { account, reason: error.message }),
    );
  };
  return {
    async enter(_account, needs) {
      const ticket = random.uuid();
      const { waitSeconds, full } = await change((meters, now) =>
        enterMeters(meters, needs, now, { ticket, until: now + LONGEST_CALL_MILLISECONDS }),
      );
      if (full) return { waitSeconds: LOOK_SECONDS };
      if (waitSeconds > 0) return { waitSeconds };
      const counts = needs.some(({ limit }) => limit.gauge === 'concurrency' || limit.observe);
      return { leave: () => (counts ? leave(ticket) : undefined) };
    },
    block: (_account, seconds) => change((meters, now) => blockMeters(meters, seconds, now)),
    observe: (_account, limit, told) => change((meters, now) => observeMeters(meters, limit, told, now)),
    left: (_account, limit, most) => change((meters, now) => leftOf(meters, limit, most, now)),
  };
}
