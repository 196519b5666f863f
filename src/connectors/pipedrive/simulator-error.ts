import { jsonReply, Refused, type SimReply } from '../../simulator/sim-reply.ts';

/** Pipedrive's error body, for its API v2 and v1. */
export function errorReply(
  status: number,
  error: string,
  code?: string,
  headers: Record<string, string> = {},
): SimReply {
  const body = { success: false, error, error_info: 'Please check developers.pipedrive.com', code, data: null };
  return jsonReply(status, { ...body, additional_data: null }, headers);
}

/** Refuses what does not fit the schema: several parameters in one sentence, as API v2 words it. */
export function invalid(...complaints: [name: string, complaint: string][]): Refused {
  const sentence = complaints.map(([name, complaint]) => `${name}: ${complaint}`).join('; ');
  return new Refused(errorReply(400, `Validation failed: ${sentence}`, 'ERR_SCHEMA_VALIDATION_FAILED'));
}

/** There is no such record, or not any more. */
export function noSuch(called: string): Refused {
  return new Refused(errorReply(404, `${called} not found`, 'ERR_NOT_FOUND'));
}
