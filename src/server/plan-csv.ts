import { textOf } from '../model/naming.ts';
import type { Value } from '../model/value.ts';
import type { Db } from '../store/db.ts';
import { listPlanRecords, type PlanQuery, type PlanRecord } from '../store/plan-records.ts';
import { csvLine } from './csv.ts';

/** Records read for the file in one step. */
const PAGE = 500;

const HEADER = ['outcome', 'a_id', 'a_name', 'b_id', 'b_name', 'side', 'op', 'field', 'before', 'after', 'rule', 'why'];

/** A plan's records as lines of CSV, one per field that is written and one per record that is not; read as they are sent. */
export async function* planCsv(db: Db, query: Omit<PlanQuery, 'after' | 'most'>): AsyncGenerator<string> {
  yield csvLine(HEADER);
  let after = 0;
  for (;;) {
    const page: PlanRecord[] = await listPlanRecords(db, { ...query, after, most: PAGE });
    yield page.flatMap(linesOf).map(csvLine).join('');
    after = page.at(-1)?.place ?? after;
    if (page.length < PAGE) return;
  }
}

function linesOf(record: PlanRecord): string[][] {
  const { outcome, ids, names, writes, problem, why } = record;
  const start = [outcome, ids.a ?? '', names.a ?? '', ids.b ?? '', names.b ?? ''];
  const lines = (['a', 'b'] as const).flatMap((side) => {
    const write = writes[side];
    if (!write) return [];
    const fields = Object.entries(write.after).map(([field, after]) => [
      ...start,
      side,
      write.op,
      field,
      textOf(write.before[field]),
      textOf(after as Value),
      write.rule[field] ?? '',
      '',
    ]);
    const edges = Object.entries(write.edges).map(([name, { add, remove }]) => [
      ...start,
      side,
      write.op,
      name,
      remove.join(' '),
      add.join(' '),
      '',
      '',
    ]);
    const whole = [...fields, ...edges];
    return whole.length > 0 ? whole : [[...start, side, write.op, '', '', '', '', '']];
  });
  const reason = problem?.message ?? why ?? '';
  return lines.length > 0 && !problem
    ? lines
    : [...lines, [...start, problem?.side ?? record.side, '', problem?.field ?? '', '', '', '', reason]];
}
