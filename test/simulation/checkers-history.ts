import type { Side } from '../../src/model/value.ts';
import type { HistoryRow } from '../../src/store/store.ts';
import type { FieldWrite } from './ghost.ts';
import { isBlank } from './kinds.ts';
import type { Truth } from './truth.ts';
import { Violation } from './violation.ts';
import type { World } from './world.ts';

/** More than any history of the simulation holds. */
const MOST_ROWS = 100_000;

/** I22: every value that Syncline wrote is in its history, with the reason and with what it replaced. */
export async function checkHistory(world: World, truth: Truth): Promise<void> {
  const rows = await world.store.history({ sync: truth.sync.id, most: MOST_ROWS });
  const of = Map.groupBy(rows, ({ side, record }) => `${side} ${record}`);
  for (const side of ['a', 'b'] as const) {
    const fields = new Set(truth.objects[side].knobs.fields.map(({ name }) => name));
    for (const writes of world.ghost.fields.values()) {
      for (const write of writes) {
        if (isOurs(world, truth, side, write) && fields.has(write.field) && write.field !== 'marker')
          mustBeTold(write, of.get(`${side} ${write.id}`) ?? []);
      }
    }
  }
}

/** A write of this sync whose outcome the engine stored. What an app fills in by itself as it makes a record was not written. */
function isOurs({ checks }: World, { sync, settings }: Truth, side: Side, { by, ...write }: FieldWrite): boolean {
  const { account, object } = settings[side];
  if (write.account !== account || write.object !== object) return false;
  if (by.who !== 'engine' || by.sync !== sync.id || checks.lost.has(by.call)) return false;
  return !(isBlank(write.before) && isBlank(write.asked));
}

function mustBeTold({ account, id, field, before, asked }: FieldWrite, rows: HistoryRow[]): void {
  const told = rows.some((row) => {
    if (JSON.stringify(row.after[field]) !== JSON.stringify(asked) || !row.rule[field]) return false;
    return row.op === 'create' || field in row.before;
  });
  if (told) return;
  const what = `${JSON.stringify(before)} became ${JSON.stringify(asked)}`;
  throw new Violation('I22', `U1 ${field} of ${id} in ${account}: ${what}, and the history does not tell why`);
}
