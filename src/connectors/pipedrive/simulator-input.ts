import type { SimRecord, SimValues } from '../../simulator/sim-record.ts';
import { Refused } from '../../simulator/sim-reply.ts';
import { type Account, company, type Kind, liveIn, me, stampOf } from './simulator-account.ts';
import { errorReply, invalid } from './simulator-error.ts';

/** What is stored of what was sent. `before`: the record that is changed; undefined for a new one. */
export function stored(account: Account, kind: Kind, sent: SimValues, before: SimRecord | undefined): SimValues {
  checkFar(account, sent);
  const owned = before ? {} : { owner_id: Number(me.id), visible_to: 3 };
  const custom = sent.custom_fields
    ? {
        custom_fields: { ...((before?.values.custom_fields ?? {}) as SimValues), ...(sent.custom_fields as SimValues) },
      }
    : {};
  return { ...(kind === 'notes' ? {} : owned), ...shapes[kind](account, sent, before), ...custom };
}

const shapes: Record<Kind, (account: Account, sent: SimValues, before: SimRecord | undefined) => SimValues> = {
  persons: (_, sent, before) => ({
    ...sent,
    ...nameOf(sent, before),
    ...entriesOf(sent),
    ...addressOf(sent, 'postal_address'),
  }),
  organizations(_, sent, before) {
    if (!before && !sent.name) throw invalid(['name', 'is required']);
    return { ...sent, ...addressOf(sent, 'address') };
  },
  deals: dealOf,
  products(_, sent, before) {
    if (before ? sent.name === '' : !sent.name) throw invalid(['name', 'is required']);
    return {
      ...(before ? {} : { is_linkable: true, prices: [{ ...noPrice, currency: company.currency }] }),
      ...sent,
      ...pricesOf(sent),
    };
  },
  activities: activityOf,
  notes(account, sent, before) {
    const now = { ...before?.values, ...sent };
    const hangsOn = ['deal_id', 'person_id', 'org_id'].some((name) => now[name]);
    if (!hangsOn) throw new Refused(errorReply(400, 'One of deal_id, person_id, org_id or lead_id is required'));
    if (!before && !sent.content) throw new Refused(errorReply(400, 'content is required'));
    const added = { add_time: stampOf(account.ground.store.stamp()).slice(0, 19).replace('T', ' ') };
    return { ...(before ? {} : { user_id: Number(me.id), ...added }), ...sent };
  },
};

const noPrice = { price: 0, cost: 0, direct_cost: 0, notes: '' };

/** Either the name, which is split at its first space, or both parts, which make it up. */
function nameOf(sent: SimValues, before: SimRecord | undefined): SimValues {
  const { name, first_name: first, last_name: last } = sent;
  if (first !== undefined || last !== undefined) {
    if (first === undefined || last === undefined)
      throw invalid(['first_name', 'both parts of the name must be provided']);
    if (first === '' && last === '') throw invalid(['first_name', 'both parts can not be empty']);
    return { name: [first, last].filter((part) => part !== '').join(' '), first_name: first, last_name: last };
  }
  if (name === undefined && before) return {};
  if (!name) throw invalid(['name', 'is required']);
  const [head = '', ...rest] = String(name).split(' ');
  return { first_name: head, last_name: rest.join(' ') };
}

/** Entries are work ones, and the first is the main one, where nobody says otherwise. */
function entriesOf(sent: SimValues): SimValues {
  const lists = ['emails', 'phones'].filter((name) => sent[name]);
  return Object.fromEntries(
    lists.map((name) => {
      const entries = sent[name] as { value: string; label?: string; primary?: boolean }[];
      const main = Math.max(
        0,
        entries.findIndex((one) => one.primary),
      );
      return [name, entries.map(({ value, label = 'work' }, at) => ({ value, label, primary: at === main }))];
    }),
  );
}

/** Parts that are not given are forgotten. */
function addressOf(sent: SimValues, name: string): SimValues {
  const given = sent[name] as SimValues | null | undefined;
  if (!given) return {};
  const parts = ['value', 'country', 'admin_area_level_1', 'admin_area_level_2', 'locality', 'sublocality', 'route'];
  const all = [...parts, 'street_number', 'subpremise', 'postal_code'];
  return { [name]: Object.fromEntries(all.map((part) => [part, given[part] ?? null])) };
}

function pricesOf(sent: SimValues): SimValues {
  if (!sent.prices) return {};
  const prices = sent.prices as SimValues[];
  const used = prices.map(({ currency }) => currency);
  if (used.some((one) => !one) || new Set(used).size < used.length) throw invalid(['prices', 'one price per currency']);
  return { prices: prices.map((price) => ({ ...noPrice, ...price })) };
}

function dealOf(account: Account, sent: SimValues, before: SimRecord | undefined): SimValues {
  if (before ? sent.title === '' : !sent.title) throw invalid(['title', 'is required']);
  if (before?.values.is_archived === true) throw new Refused(errorReply(400, 'Archived deals cannot be updated'));
  const usual = before ? {} : { status: 'open', value: 0, currency: company.currency, pipeline_id: 1, stage_id: 1 };
  const stage = account.stages.find(({ id }) => id === sent.stage_id);
  if (sent.stage_id !== undefined && !stage) throw invalid(['stage_id', 'must be a known stage']);
  const first = account.stages.find(({ pipeline_id: pipeline }) => pipeline === sent.pipeline_id);
  if (sent.pipeline_id !== undefined && !first) throw invalid(['pipeline_id', 'must be a known pipeline']);
  // Another pipeline's first stage, unless the stage says where.
  const place = stage ?? first;
  const placed = place ? { stage_id: place.id, pipeline_id: place.pipeline_id } : {};
  return { ...usual, ...sent, ...placed, ...closingOf(account, { ...usual, ...before?.values, ...sent }, sent) };
}

function closingOf(account: Account, now: SimValues, { status }: SimValues): SimValues {
  if (now.lost_reason && now.status !== 'lost') throw invalid(['lost_reason', 'only of lost deals']);
  if (status === undefined) return {};
  const at = stampOf(account.ground.store.stamp());
  const closed = status === 'open' ? null : at;
  return { won_time: status === 'won' ? at : null, lost_time: status === 'lost' ? at : null, close_time: closed };
}

function activityOf(account: Account, sent: SimValues, before: SimRecord | undefined): SimValues {
  const usual = before ? {} : { type: 'task', subject: 'Task', done: false, busy: false };
  const people = sent.participants as { person_id: number; primary?: boolean }[] | undefined;
  const main = people?.find((one) => one.primary) ?? people?.[0];
  const done = sent.done as boolean | undefined;
  return {
    ...usual,
    ...sent,
    ...addressOf(sent, 'location'),
    ...(people ? { person_id: main?.person_id ?? null } : {}),
    ...(done === undefined ? {} : { marked_as_done_time: done ? stampOf(account.ground.store.stamp()) : null }),
  };
}

const farKinds: Record<string, Kind> = { org_id: 'organizations', person_id: 'persons', deal_id: 'deals' };

/** Far records must be there. */
function checkFar(account: Account, sent: SimValues): void {
  for (const [name, kind] of Object.entries(farKinds)) {
    const id = sent[name];
    if (typeof id === 'number' && !liveIn(account, kind, String(id))) throw invalid([name, `${kind} ${id} not found`]);
  }
  for (const one of (sent.participants ?? []) as { person_id?: number }[]) {
    if (!liveIn(account, 'persons', String(one.person_id))) throw invalid(['participants', 'person not found']);
  }
}
