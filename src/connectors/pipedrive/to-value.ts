import { dateOf, datetimeOf, decimal } from '../../connector/values.ts';
import type { Field } from '../../model/field.ts';
import type { Labelled, Value } from '../../model/value.ts';

/** One e-mail address or phone number of a person. */
interface Entry {
  value?: string | null;
  label?: string | null;
  primary?: boolean;
}

/** What Pipedrive shows of a field, as a value. Empty texts, empty lists and null are all empty. */
export function toValue(field: Field, shown: unknown): Value {
  if (shown === null || shown === undefined || shown === '') return null;
  switch (field.type) {
    case 'boolean':
      return shown === true || shown === 1;
    case 'list':
      return entriesOf(shown as Entry[]);
    case 'multi-select':
      return (shown as unknown[]).length > 0 ? (shown as unknown[]).map(String) : null;
    case 'number':
    case 'integer':
    case 'money':
      return decimal(shown) ?? String(shown);
    case 'date':
      return dateOf(shown) ?? String(shown);
    case 'datetime':
      return datetimeOf(shown) ?? String(shown);
    default:
      return String(shown);
  }
}

/** The main entry comes first, wherever it stands there. */
function entriesOf(entries: Entry[]): Value {
  const known = entries.filter((one): one is Entry & { value: string } => Boolean(one.value));
  const sorted = [...known.filter((one) => one.primary), ...known.filter((one) => !one.primary)];
  const list = sorted.map(({ value, label }): Labelled => (label ? { value, label } : { value }));
  return list.length > 0 ? list : null;
}
