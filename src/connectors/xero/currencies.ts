import type { Session } from '../../connector/session.ts';
import type { Option } from '../../model/field.ts';
import { call, type XeroField } from './resource.ts';

/** The currencies that the organisation deals in. */
export function currenciesOf(s: Session): Promise<Option[]> {
  return s.remember('currencies', async () => {
    const { Currencies } = (await call(s, { method: 'GET', url: 'Currencies' })).json<{
      Currencies: { Code: string }[];
    }>();
    return Currencies.map(({ Code }) => ({ value: Code, label: Code }));
  });
}

/** A field that holds one of them. */
export function currencyField(
  name: string,
  label: string,
  options: Option[],
  writable: XeroField['writable'],
): XeroField {
  return { name, label, type: 'select', writable, options };
}
