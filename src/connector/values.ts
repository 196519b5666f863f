/** Values in the engine's own form (model/value.ts), for connectors whose apps write them otherwise. */
export { dateOf, datetimeOf } from '../model/types/date.ts';
export { decimal } from '../model/types/decimal.ts';
