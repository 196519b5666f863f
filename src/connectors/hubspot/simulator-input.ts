import { z } from 'zod';
import type { SimRequest } from '../../simulator/sim-request.ts';
import { invalid } from './simulator-error.ts';

/** The body of a call as it should be; refuses any other with HubSpot's "Invalid input JSON". Unknown keys are passed over. */
export function bodyOf<Shape extends z.ZodType>(request: SimRequest, shape: Shape): z.output<Shape> {
  let sent: unknown;
  try {
    sent = request.body === '' ? {} : JSON.parse(request.body);
  } catch {
    throw invalid('Invalid input JSON');
  }
  const result = shape.safeParse(sent);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalid(`Invalid input JSON: ${issue?.path.join('.')} ${issue?.message}`);
}

/** The `inputs` of a batch, at most so many. */
export function batchOf<Item extends z.ZodType>(request: SimRequest, item: Item, most: number): z.output<Item>[] {
  const { inputs } = bodyOf(request, z.object({ inputs: z.array(item) }));
  if (inputs.length <= most) return inputs;
  throw invalid(`The maximum number of inputs supported in a batch request is ${most}, not ${inputs.length}`);
}

const id = z.union([z.string(), z.number()]).transform(String);
const end = z.object({ id });
const names = z.array(z.string()).nullish();
const text = z.union([z.string(), z.number()]).nullish();

/** Properties as they are sent: text mostly, but numbers and yes or no are taken too. */
const properties = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).default({});

/** A kind of association as calls name it. */
export const associationSpec = z.object({
  associationCategory: z.string().nullish(),
  associationTypeId: z.coerce.number(),
});

/** A new record or new values for one. */
export const recordInput = z.object({
  properties,
  associations: z.array(z.object({ to: end, types: z.array(associationSpec) })).nullish(),
});

/** An item of a batch of records; which parts matter depends on what is done. */
export const recordItem = recordInput.extend({
  id: id.nullish(),
  idProperty: z.string().nullish(),
  objectWriteTraceId: z.string().nullish(),
});

/** What a batch read asks for besides ids. */
export const readInput = z.object({
  properties: names,
  propertiesWithHistory: names,
  idProperty: z.string().nullish(),
});

/** Two records to be merged. */
export const mergeInput = z.object({ primaryObjectId: id, objectIdToMerge: id });
/** A record to be erased for good. */
export const eraseInput = z.object({ objectId: id, idProperty: z.string().nullish() });

/** One condition of a search. */
export const filterInput = z.object({
  propertyName: z.string(),
  operator: z.string(),
  value: text,
  highValue: text,
  values: z.array(z.union([z.string(), z.number()])).nullish(),
});

/** A search; a sort is a name (descending with `-`) or an object. */
export const searchInput = z.object({
  filterGroups: z.array(z.object({ filters: z.array(filterInput) })).nullish(),
  sorts: z
    .array(z.union([z.string(), z.object({ propertyName: z.string(), direction: z.string().nullish() })]))
    .nullish(),
  query: z.string().nullish(),
  properties: names,
  limit: z.coerce.number().nullish(),
  after: text,
});

/** A record whose associations are read. */
export const edgeReadItem = z.object({ id, after: z.string().nullish() });
/** Two records to be associated, or whose labels are taken away. */
export const edgeItem = z.object({ from: end, to: end, types: z.array(associationSpec).nullish() });
/** A record and the far ones it is to be parted from. */
export const edgeArchiveItem = z.object({ from: end, to: z.array(end) });
/** An association label to be made. */
export const labelInput = z.object({ label: z.string().min(1), inverseLabel: z.string().nullish() });
/** How many far records a kind of association may have. */
export const limitItem = z.object({
  typeId: z.coerce.number(),
  category: z.string().nullish(),
  maxToObjectIds: z.number().nullish(),
});

const option = z.object({
  label: z.string(),
  value: z.string(),
  displayOrder: z.number().default(-1),
  hidden: z.boolean().default(false),
});

/** A property to be changed. */
export const propertyChange = z.object({
  label: z.string().min(1).optional(),
  type: z.enum(['string', 'number', 'date', 'datetime', 'enumeration', 'bool']).optional(),
  fieldType: z.string().optional(),
  description: z.string().optional(),
  groupName: z.string().optional(),
  options: z.array(option).optional(),
  hidden: z.boolean().optional(),
});

/** A property to be made. */
export const propertyInput = propertyChange.extend({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be lower case letters, digits, underscores'),
  label: z.string().min(1),
  hasUniqueValue: z.boolean().optional(),
});

/** A property by its name. */
export const propertyNameItem = z.object({ name: z.string() });
/** A property group to be made. */
export const groupInput = z.object({ name: z.string(), label: z.string() });

/** A custom object type to be made. */
export const schemaInput = z.object({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/i, 'must be letters, digits, underscores'),
  labels: z.object({ singular: z.string(), plural: z.string() }).optional(),
  properties: z.array(propertyInput).default([]),
  requiredProperties: z.array(z.string()).default([]),
  primaryDisplayProperty: z.string().optional(),
});

/** A pipeline stage to be made. */
export const stageInput = z.object({
  label: z.string().min(1),
  displayOrder: z.number().default(0),
  metadata: z.record(z.string(), z.string()).default({}),
});

/** A pipeline to be made. */
export const pipelineInput = z.object({
  label: z.string().min(1),
  displayOrder: z.number().default(0),
  stages: z.array(stageInput).default([]),
});

/** Where webhooks go. */
export const webhookSettingsInput = z.object({ targetUrl: z.url() });
/** A webhook subscription to be made. */
export const subscriptionInput = z.object({
  eventType: z.string().regex(/\./),
  active: z.boolean().default(false),
  propertyName: z.string().optional(),
  objectTypeId: z.string().optional(),
});
/** A webhook subscription to be paused or resumed. */
export const subscriptionChange = z.object({ active: z.boolean() });
