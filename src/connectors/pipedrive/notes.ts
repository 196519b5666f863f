import { Failure } from '../../connector/failure.ts';
import type { Resource } from './resource.ts';
import { deal, organization, person } from './usual.ts';

/** Notes, still of API v1: each hangs on a deal, a person or an organization. */
export const notes: Resource = {
  name: 'notes',
  label: 'Notes',
  means: 'note',
  path: '/api/v1/notes',
  event: 'note',
  keys: [],
  fields: [
    {
      name: 'content',
      label: 'Text',
      type: 'long-text',
      writable: 'always',
      required: true,
      maxLength: 100_000,
      means: 'activity.body',
    },
    {
      name: 'add_time',
      label: 'Time',
      type: 'datetime',
      writable: 'once',
      means: 'activity.time',
      from: (row) => row.add_time,
    },
    { name: 'user_id', label: 'Author', type: 'user', writable: 'never', means: 'activity.owner' },
    { name: 'update_time', label: 'Changed', type: 'datetime', writable: 'never' },
  ],
  associations: [
    { ...person, means: 'activity.contacts' },
    { ...organization, means: 'activity.companies' },
    { ...deal, means: 'activity.deals' },
  ],
  shape(body, values, before) {
    // '2026-01-31 10:00:00', in UTC.
    if (values.add_time && !before) body.add_time = String(values.add_time).slice(0, 19).replace('T', ' ');
    const hangsOn = ['person_id', 'org_id', 'deal_id'].some((key) => typeof body[key] === 'number');
    if (!before && !hangsOn) {
      throw new Failure(
        'invalid',
        'a note in Pipedrive hangs on a person, an organization or a deal: sync one of those too',
      );
    }
  },
};
