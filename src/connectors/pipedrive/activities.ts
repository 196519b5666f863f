import { Failure } from '../../connector/failure.ts';
import { datetimeOf } from '../../connector/values.ts';
import type { Value } from '../../model/value.ts';
import type { PipedriveField, Resource, Row } from './resource.ts';
import type { Body } from './to-json.ts';
import { deal, organization, owner, person, stamps, text } from './usual.ts';

/** When it is due: a day, or a day and a minute, in UTC. A day alone is its midnight, as in most apps. */
const due: PipedriveField = {
  name: 'due',
  label: 'Due',
  type: 'datetime',
  writable: 'always',
  means: 'activity.due',
  from: ({ due_date: day, due_time: time }: Row) =>
    day ? datetimeOf(`${day}T${String(time || '00:00').slice(0, 5)}Z`) : null,
};

/** Pipedrive knows no more than done and to do: other apps' states of a task that goes on are to do. */
const status: PipedriveField = {
  name: 'status',
  label: 'Status',
  type: 'select',
  writable: 'always',
  means: 'activity.status',
  options: [
    {
      value: 'open',
      label: 'To do',
      also: ['Not started', 'In progress', 'Waiting', 'Waiting on contact', 'Waiting on someone else', 'Deferred'],
    },
    { value: 'done', label: 'Done', also: ['Completed'] },
  ],
  from: ({ done }: Row) => (done === true ? 'done' : 'open'),
};

/** Tasks, calls, meetings and whatever kinds the account has: one object, told apart by its type. */
export const activities: Resource = {
  name: 'activities',
  label: 'Activities',
  means: 'task',
  path: '/api/v2/activities',
  event: 'activity',
  fieldsPath: '/api/v2/activityFields',
  keys: ['subject'],
  fields: [
    text('subject', 'Subject', 'activity.subject'),
    { ...text('note', 'Note', 'activity.body'), type: 'long-text', maxLength: 65_535 },
    { name: 'type', label: 'Type', type: 'select', writable: 'always' },
    status,
    due,
    {
      name: 'priority',
      label: 'Priority',
      type: 'select',
      writable: 'always',
      ids: 'numbers',
      means: 'activity.priority',
      described: true,
    },
    { ...text('duration', 'Duration (hours:minutes)'), maxLength: 8 },
    { ...text('location', 'Location', 'activity.location'), from: (row) => (row.location as Row | null)?.value },
    { ...text('public_description', 'Description that guests see'), type: 'long-text', maxLength: 65_535 },
    { name: 'busy', label: 'Busy', type: 'boolean', writable: 'always' },
    { ...owner, means: 'activity.owner' },
    { name: 'marked_as_done_time', label: 'Marked as done', type: 'datetime', writable: 'never' },
    ...stamps,
  ],
  associations: [
    {
      ...person,
      name: 'persons',
      label: 'Participants',
      many: 'many',
      list: 'participants',
      means: 'activity.contacts',
    },
    { ...organization, means: 'activity.companies' },
    { ...deal, means: 'activity.deals' },
  ],
  shape(body, values) {
    if (values.status !== undefined) body.done = isDone(values.status);
    if (values.due !== undefined) Object.assign(body, dueOf(values.due));
    if (values.location !== undefined) body.location = values.location === null ? null : { value: values.location };
  },
};

function isDone(value: Value): boolean {
  if (value === null) return false;
  if (status.options?.some((option) => option.value === value)) return value === 'done';
  throw new Failure('invalid', 'the status is none that Pipedrive has: choose another option');
}

/** Midnight is a day without a time. */
function dueOf(value: Value): Body {
  if (value === null) return { due_date: null, due_time: null };
  const moment = datetimeOf(value);
  if (moment === null) throw new Failure('invalid', 'when it is due is no date and time: correct it');
  const time = moment.slice(11, 16);
  return { due_date: moment.slice(0, 10), due_time: time === '00:00' ? null : time };
}
