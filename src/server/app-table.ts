import type { Connector } from '../connector/contract.ts';
import type { AppRow } from './api.ts';

/** The connector table. Objects that only an account can tell (tables, custom objects) are not in it. */
export function appTable(connectors: Connector[]): AppRow[] {
  return connectors.map(({ app, objects }) => ({
    name: app.name,
    label: app.label,
    objects: Array.isArray(objects) ? objects.map((object) => object.name) : (app.objects ?? []),
  }));
}
