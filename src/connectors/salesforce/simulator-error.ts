import { jsonReply, type SimReply } from '../../simulator/sim-reply.ts';

/** What Salesforce refuses: for a whole call, or for one record of a collection. */
export class SalesforceError extends Error {
  override name = 'SalesforceError';
  readonly status: number;
  readonly code: string;
  readonly fields: string[];

  constructor(code: string, message: string, parts: { status?: number; fields?: string[] } = {}) {
    super(message);
    this.code = code;
    this.status = parts.status ?? 400;
    this.fields = parts.fields ?? [];
  }
}

/** The outcome of one record of a collection. Single records have their error under another name. */
export interface SavedItem {
  id?: string;
  success: boolean;
  created?: boolean;
  errors: { statusCode: string; message: string; fields: string[] }[];
}

/** A list of errors, as every refused call is answered. */
export function errorReply({ status, code, message, fields }: SalesforceError): SimReply {
  return jsonReply(status, [{ message, errorCode: code, ...(fields.length > 0 ? { fields } : {}) }]);
}

/** A refused record among others. */
export function failedItem({ code, message, fields }: SalesforceError, id?: string): SavedItem {
  return { ...(id === undefined ? {} : { id }), success: false, errors: [{ statusCode: code, message, fields }] };
}

/** There is nothing at this address, or by this id. */
export function notFound(message = 'The requested resource does not exist'): SalesforceError {
  return new SalesforceError('NOT_FOUND', message, { status: 404 });
}

/** A required field is empty. */
export function missingFields(fields: string[]): SalesforceError {
  return new SalesforceError('REQUIRED_FIELD_MISSING', `Required fields are missing: [${fields.join(', ')}]`, {
    fields,
  });
}

/** A body that is no JSON of the right form: the call fails, whichever record it was. */
export function unreadable(type: string, value: unknown): SalesforceError {
  const kind = typeof value === 'number' ? 'VALUE_NUMBER' : 'VALUE_STRING';
  const message = `Cannot deserialize instance of ${type} from ${kind} value ${String(value)} or request may be missing a required field at [line:1, column:1]`;
  return new SalesforceError('JSON_PARSER_ERROR', message);
}
