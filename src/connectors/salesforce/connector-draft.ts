import type { CreateItem, Refusal, UpdateItem, WriteResult } from '../../connector/contract.ts';
import { farIdsOf } from '../../connector/values.ts';
import type { Values } from '../../model/value.ts';
import { lookupsAfter } from './connector-associations.ts';
import { toJson } from './connector-fields.ts';
import type { Described } from './connector-object.ts';
import type { Body } from './connector-save.ts';

/** A record on its way to Salesforce, until its result is known. */
export interface Draft {
  values: Values;
  edges: Record<string, { add: string[]; remove: string[] }>;
  body: Body;
  /** Set once the record is there. `made`: whether it is there only since this very batch. */
  id?: string;
  made: 'yes' | 'no';
  result?: WriteResult;
}

/** A new record as Salesforce takes it: without what is empty, with what it demands. */
export function draftOfNew(object: Described, { values, token }: CreateItem, today: string): Draft {
  const edges = Object.fromEntries(
    object.associations.map(({ name }) => [name, { add: farIdsOf(values[name]), remove: [] }]),
  );
  const body: Body = {};
  for (const [name, value] of Object.entries(fieldValues(object, values))) {
    const json = toJson(object, object.described.get(name), value);
    if (json !== null) body[name] = json;
  }
  for (const { field, id } of lookupsAfter(object, edges)) if (id !== null) body[field] = id;
  for (const [name, value] of Object.entries(object.usual)) {
    if (body[name] === undefined && object.described.get(name)?.createable)
      body[name] = value === 'today' ? today : value;
  }
  for (const name of object.placeheld) body[name] ??= toJson(object, object.described.get(name), null);
  if (object.marker) body[object.marker] = token;
  return { values, edges, body, made: 'no' };
}

/** A change as Salesforce takes it: only what is different. */
export function draftOfChange(object: Described, { id, values, edges = {} }: UpdateItem): Draft {
  const body: Body = {};
  for (const [name, value] of Object.entries(fieldValues(object, values)))
    body[name] = toJson(object, object.described.get(name), value);
  for (const lookup of lookupsAfter(object, edges)) body[lookup.field] = lookup.id;
  return { values, edges, body, id, made: 'no' };
}

/** Ends a draft. */
export function refuse(draft: Draft, refusal: Refusal): void {
  draft.result = { refused: refusal };
}

/** Drafts of which nothing is known yet. */
export function openOnes(drafts: Draft[]): Draft[] {
  return drafts.filter((draft) => draft.result === undefined);
}

/** Drafts whose record is there. */
export function doneOnes(drafts: Draft[]): (Draft & { id: string })[] {
  return drafts.filter(
    (draft): draft is Draft & { id: string } => draft.id !== undefined && 'done' in (draft.result ?? {}),
  );
}

/** Values of the record's own fields: not its associations, nor what other records hold for it. */
function fieldValues(object: Described, values: Values): Values {
  const others = new Set([...object.associations.map(({ name }) => name), ...object.parts.map(({ name }) => name)]);
  return Object.fromEntries(Object.entries(values).filter(([name]) => !others.has(name)));
}
