import type { UpdateItem } from '../../src/connector/contract.ts';
import { across, type Value } from '../../src/model/value.ts';
import { type Judged, statesOf } from './checkers-writes.ts';
import type { FakeRecord } from './fake-record.ts';
import { normalise } from './kinds.ts';
import { type MappedFields, mappedFields, means, type Truth } from './truth.ts';
import { Violation } from './violation.ts';

/**
 * M8: after a write to a field of a group the record holds the whole group as the other record held it at some time, not some
 * of it from here and some from there. `read`: the ghost's seq when this worker last read the record.
 */
export function mustBeWhole(judged: Judged, item: UpdateItem, read: number): void {
  const { sync, side, mutation, ghost } = judged;
  const from = across(side);
  const source = judged.intent(item)?.source;
  if (!source || sync.earlier.length > 0 || willBeRefused(judged, item)) return;
  const truth = truthOf(judged);
  const groups = Map.groupBy(mappedFields(truth), ({ settings }) => settings.group ?? '');
  groups.delete('');
  for (const [group, members] of groups) {
    const isWritten = (mapping: MappedFields) => mapping[side].name in item.values;
    if (!members.some(isWritten)) continue;
    const past = (name: string) => ghost.pastOf(mutation.app.knobs.name, mutation.object.knobs.name, item.id, name);
    const isUnseen = (mapping: MappedFields) => (past(mapping[side].name).at(-1)?.seq ?? 0) > read;
    if (read > 0 && members.some((mapping) => !isWritten(mapping) && isUnseen(mapping)))
      return ghost.meet('a group was edited as it was written');
    const after = members.map((mapping) => valueAfter(mapping, judged, item));
    const { account, object } = sync.settings[from];
    const record = judged.app(account).object(object).records.get(source) as FakeRecord;
    const wasSo = statesOf(ghost, account, object, record).some((values) =>
      members.every((mapping, at) => {
        const there = values[mapping[from].name] ?? null;
        const here = after[at] as Value;
        return side === 'b' ? means(truth, mapping, there, here) : means(truth, mapping, here, there);
      }),
    );
    ghost.meet('group written');
    if (wasSo) continue;
    const told = `${JSON.stringify(after)}, which ${source} never held`;
    throw new Violation('I4', `M8 the group ${group} of ${item.id} in ${mutation.app.knobs.name} becomes ${told}`);
  }
}

function willBeRefused({ mutation }: Judged, item: UpdateItem): boolean {
  const by = { who: 'engine', worker: '', sync: '', call: 0 } as const;
  const version = mutation.app.knobs.conditional ? item.version : undefined;
  return mutation.app.wouldRefuse(mutation.object.knobs.name, item.id, item.values, by, version) !== null;
}

function valueAfter(mapping: MappedFields, { side, mutation }: Judged, item: UpdateItem): Value {
  const { name, normalisers } = mapping[side];
  const asked = item.values[name];
  return asked === undefined
    ? (mutation.object.records.get(item.id)?.values[name] ?? null)
    : normalise(normalisers, asked);
}

/** What is needed of the truth to tell what two values mean. */
function truthOf({ sync, app }: Judged): Truth {
  const { a, b } = sync.settings;
  const apps = { a: app(a.account), b: app(b.account) };
  const objects = { a: apps.a.object(a.object), b: apps.b.object(b.object) };
  return { sync, settings: sync.settings, apps, objects, pairs: [], of: { a: new Map(), b: new Map() } };
}
