import { area, bool, moment, number, onceOnly, pick, readOnly, reference, required, text } from './simulator-field.ts';
import { type ObjectFacts, owner, standard } from './simulator-object-facts.ts';

const who = reference('WhoId', 'Name ID', ['Contact', 'Lead']);
const what = reference('WhatId', 'Related To ID', ['Account', 'Opportunity', 'Order', 'Product2']);
const activityAccount = reference('AccountId', 'Account ID', ['Account'], readOnly);

const task = standard('Task', 'Tasks', '00T', [
  who,
  what,
  activityAccount,
  text('Subject', 'Subject', 255, { type: 'combobox', nameField: true }),
  moment('ActivityDate', 'Due Date Only', 'date'),
  pick(
    'Status',
    'Status',
    ['Not Started*', 'In Progress', 'Completed', 'Waiting on someone else', 'Deferred'],
    required,
  ),
  pick('Priority', 'Priority', ['High', 'Normal*', 'Low'], required),
  bool('IsHighPriority', 'High Priority', readOnly),
  owner,
  area('Description', 'Description', 32_000),
  bool('IsClosed', 'Closed', readOnly),
  bool('IsArchived', 'Archived', readOnly),
  number('CallDurationInSeconds', 'Call Duration', 'int'),
  pick('CallType', 'Call Type', ['Internal', 'Inbound', 'Outbound']),
  text('CallDisposition', 'Call Result', 255),
  pick('TaskSubtype', 'Task Subtype', ['Task*', 'Email', 'Call'], { ...onceOnly, restricted: true }),
]);

const event = standard('Event', 'Events', '00U', [
  who,
  what,
  activityAccount,
  text('Subject', 'Subject', 255, { type: 'combobox', nameField: true }),
  text('Location', 'Location', 255),
  bool('IsAllDayEvent', 'All-Day Event'),
  moment('ActivityDateTime', 'Due Date Time', 'datetime'),
  moment('ActivityDate', 'Due Date Only', 'date'),
  number('DurationInMinutes', 'Duration', 'int'),
  moment('StartDateTime', 'Start Date Time', 'datetime'),
  moment('EndDateTime', 'End Date Time', 'datetime'),
  area('Description', 'Description', 32_000),
  owner,
  bool('IsPrivate', 'Private'),
  pick('ShowAs', 'Show Time As', ['Busy*', 'OutOfOffice', 'Free'], { restricted: true }),
  bool('IsArchived', 'Archived', readOnly),
]);

/** What people do, and are to do. */
export const activityObjects: ObjectFacts[] = [task, event];
