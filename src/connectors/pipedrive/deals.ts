import type { Values } from '../../model/value.ts';
import type { PipedriveField, Resource, Row } from './resource.ts';
import { type Body, numberOf } from './to-json.ts';
import { labels, organization, owner, person, stamps, text } from './usual.ts';

/** Where a deal stands: a stage while it is open, else won or lost in a pipeline. Its options are the account's stages. */
const stageField: PipedriveField = {
  name: 'stage',
  label: 'Stage',
  type: 'select',
  writable: 'always',
  means: 'deal.stage',
  from: ({ status, stage_id: stage, pipeline_id: pipeline }: Row) =>
    status === 'won' || status === 'lost' ? `${status}:${pipeline}` : stage,
};

/** A deal's amount; Pipedrive knows none that is empty: it is nought. */
const amount: PipedriveField = {
  name: 'value',
  label: 'Value',
  type: 'money',
  writable: 'always',
  means: 'deal.amount',
  from: (row) => row.value,
};

/** Deals that are not archived. */
export const deals: Resource = {
  name: 'deals',
  label: 'Deals',
  means: 'deal',
  path: '/api/v2/deals',
  event: 'deal',
  fieldsPath: '/api/v2/dealFields',
  keys: ['title'],
  fields: [
    { ...text('title', 'Title', 'deal.name'), required: true },
    amount,
    { name: 'currency', label: 'Currency', type: 'select', writable: 'always', means: 'deal.currency' },
    stageField,
    { name: 'pipeline_id', label: 'Pipeline', type: 'select', writable: 'never' },
    {
      name: 'expected_close_date',
      label: 'Expected close date',
      type: 'date',
      writable: 'always',
      means: 'deal.close-date',
    },
    { name: 'probability', label: 'Probability in percent', type: 'integer', writable: 'always' },
    text('lost_reason', 'Reason it was lost'),
    labels,
    { ...owner, means: 'deal.owner' },
    { name: 'won_time', label: 'Won', type: 'datetime', writable: 'never' },
    { name: 'lost_time', label: 'Lost', type: 'datetime', writable: 'never' },
    ...stamps,
  ],
  associations: [
    { ...organization, means: 'deal.company' },
    { ...person, means: 'deal.contacts' },
  ],
  shape(body, values, before) {
    if (values.value !== undefined) body.value = numberOf(amount, values.value ?? '0');
    // What is not said of an amount is in the user's own currency, so an amount never goes alone.
    if (values.value !== undefined && body.currency === undefined && before?.currency) body.currency = before.currency;
    if (values.stage) Object.assign(body, stageOf(values.stage, before));
  },
  wholes: (names) => [
    ...(names.includes('value') ? ['currency'] : []),
    ...(names.includes('stage') ? ['pipeline_id'] : []),
  ],
};

/** Won and lost are told of a deal in whatever stage it is; only another pipeline is named, for that moves it to the first stage. */
function stageOf(stage: Values[string], before: Values | undefined): Body {
  const [status = '', pipeline] = String(stage).split(':');
  if (pipeline === undefined) return { status: 'open', stage_id: numberOf(stageField, stage ?? null) };
  return before?.pipeline_id === pipeline ? { status } : { status, pipeline_id: numberOf(stageField, pipeline) };
}
