import type { SimRecord, SimValues } from '../../simulator/sim-record.ts';
import { type Account, type Kind, stampOf, stampOfV1 } from './simulator-account.ts';

/** Fields that each kind shows even where they are empty. */
const always: Record<Kind, string[]> = {
  persons:
    'name first_name last_name org_id owner_id visible_to label_ids emails phones picture_id postal_address notes birthday job_title'.split(
      ' ',
    ),
  organizations:
    'name owner_id visible_to label_ids address website linkedin industry annual_revenue employee_count'.split(' '),
  deals:
    'title value currency status stage_id pipeline_id person_id org_id owner_id probability lost_reason visible_to label_ids expected_close_date won_time lost_time close_time'.split(
      ' ',
    ),
  products: 'name code description unit tax category owner_id is_linkable visible_to prices'.split(' '),
  activities:
    'subject type owner_id done due_date due_time duration busy note public_description location participants person_id org_id deal_id lead_id priority marked_as_done_time'.split(
      ' ',
    ),
  notes: 'content deal_id person_id org_id lead_id user_id'.split(' '),
};

const lists = ['label_ids', 'emails', 'phones', 'prices', 'participants'];

/** A record as its API shows it: v2, or v1 for notes. */
export function shown(account: Account, kind: Kind, record: SimRecord): SimValues {
  const empty = Object.fromEntries(always[kind].map((name) => [name, lists.includes(name) ? [] : null]));
  const isDeleted = record.archivedAt !== undefined;
  const values = { ...empty, ...record.values };
  if (kind === 'notes') {
    const stamps = { add_time: stampOfV1(record.createdAt), update_time: stampOfV1(record.updatedAt) };
    return { id: Number(record.id), active_flag: !isDeleted, ...stamps, ...values };
  }
  return {
    id: Number(record.id),
    add_time: stampOf(record.createdAt),
    update_time: stampOf(record.updatedAt),
    is_deleted: isDeleted,
    ...(kind === 'deals' ? { is_archived: false } : {}),
    ...values,
    ...(kind === 'activities' ? {} : { custom_fields: customFields(account, kind, record) }),
  };
}

function customFields(account: Account, kind: Kind, { values }: SimRecord): SimValues {
  const own = (account.fields[kind] ?? []).filter((field) => field.is_custom_field);
  const set = (values.custom_fields ?? {}) as SimValues;
  return Object.fromEntries(own.map(({ field_code: code }) => [code, set[code] ?? null]));
}
