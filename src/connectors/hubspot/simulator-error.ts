import type { Verdict } from '../../simulator/limits.ts';
import { NoSuchRecord, UniqueClash } from '../../simulator/sim-record.ts';
import { jsonReply, type SimReply } from '../../simulator/sim-reply.ts';

/** One wrong value, as HubSpot lists them. */
export interface ValueProblem {
  message: string;
  code: string;
  property: string;
}

/** An error of HubSpot: what its body says besides the status. */
export interface ErrorFacts {
  message: string;
  category?: string;
  subCategory?: string;
  errors?: { message: string; code?: string; in?: string; context?: Record<string, string[]> }[];
  context?: Record<string, string[]>;
}

/** A call, or one item of a batch, that HubSpot refuses. */
export class HubSpotError extends Error {
  override name = 'HubSpotError';
  readonly status: number;
  readonly facts: ErrorFacts;

  constructor(status: number, facts: ErrorFacts) {
    super(facts.message);
    this.status = status;
    this.facts = facts;
  }
}

/** Any 400 that is not about one property. */
export function invalid(message: string, context?: Record<string, string[]>): HubSpotError {
  return new HubSpotError(400, { message, category: 'VALIDATION_ERROR', ...(context ? { context } : {}) });
}

/** No such record, property, pipeline … */
export function notFound(message = 'resource not found', context?: Record<string, string[]>): HubSpotError {
  return new HubSpotError(404, { message, category: 'OBJECT_NOT_FOUND', ...(context ? { context } : {}) });
}

/** Values that break a rule: the message holds them as JSON, the `errors` as a list (seen in replies of 2025). */
export function invalidValues(problems: ValueProblem[]): HubSpotError {
  const listed = problems.map(({ message, code, property }) => ({
    isValid: false,
    message,
    error: code,
    name: property,
    localizedErrorMessage: message,
  }));
  return new HubSpotError(400, {
    message: `Property values were not valid: ${JSON.stringify(listed)}`,
    category: 'VALIDATION_ERROR',
    errors: problems.map(({ message, code, property }) => ({ message, code, context: { propertyName: [property] } })),
  });
}

/** What went wrong in HubSpot's terms, for errors of the records as well; undefined for a bug. */
export function hubSpotErrorOf(error: unknown, portalId: number): HubSpotError | undefined {
  if (error instanceof HubSpotError) return error;
  if (error instanceof NoSuchRecord) return notFound('resource not found', { id: [error.id] });
  if (error instanceof UniqueClash) return clashError(error, portalId);
  return undefined;
}

/** The body of an error. */
export function errorReply({ status, facts }: HubSpotError, correlationId: string): SimReply {
  const { message, ...others } = facts;
  return jsonReply(status, { status: 'error', message, correlationId, ...others });
}

/** 429, with the policy that was broken; the vendor's client looks at `policyName`. */
export function throttledReply(verdict: Verdict, correlationId: string): SimReply {
  const [policyName, message] = policies[verdict.refusedBy ?? ''] ?? policies.ten;
  const facts = { status: 'error', message, errorType: 'RATE_LIMIT', correlationId, policyName };
  return jsonReply(429, facts, { 'retry-after': String(verdict.retryAfterSeconds) });
}

const ten = ['TEN_SECONDLY_ROLLING', 'You have reached your ten_secondly_rolling limit.'] as const;
const policies: Record<string, readonly [string, string]> & { ten: typeof ten } = {
  ten,
  search: ['SECONDLY', 'You have reached your secondly limit.'],
  day: ['DAILY', 'You have reached your daily limit.'],
};

/** A contact's e-mail is guarded with 409; any other unique property with 400 and a sentence that names both records. */
function clashError({ object, field, value, existingId }: UniqueClash, portalId: number): HubSpotError {
  if (object === 'contacts' && field === 'email') {
    const message = `Contact already exists. Existing ID: ${existingId}`;
    return new HubSpotError(409, { message, category: 'CONFLICT', context: { existingId: [existingId] } });
  }
  const place = `{portalId=${portalId}, objectTypeId=ObjectTypeId{legacyObjectType=${object.toUpperCase()}}, propertyName=${field}, value=${value}}`;
  return new HubSpotError(400, {
    message: `Cannot set PropertyValueCoordinates${place} on 0. ${existingId} already has that value.`,
    category: 'VALIDATION_ERROR',
  });
}
