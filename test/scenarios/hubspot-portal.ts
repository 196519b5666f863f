import assert from 'node:assert/strict';
import { must } from '../../src/lib/assert.ts';
import { systemHttp } from '../../src/lib/http.ts';
import type { SimRecord } from '../../src/simulator/sim-record.ts';
import type { ServedSimulator } from '../../src/simulator/simulator.ts';

/** The one live record of a simulated app with this value in this field. */
export function byValue({ admin }: ServedSimulator, object: string, name: string, value: string): SimRecord {
  const live = admin.records(object).filter(({ archivedAt }) => archivedAt === undefined);
  const found = live.filter(({ values }) => values[name] === value);
  assert.equal(found.length, 1, `${object} with ${name} ${value}`);
  return must(found[0]);
}

/** Adds a number to a portal's invoices. */
export async function addInvoiceNumber(hubspot: ServedSimulator, name: string): Promise<void> {
  const body = { name, label: name, type: 'number', fieldType: 'number', groupName: 'invoiceinformation' };
  const reply = await call(hubspot, 'POST', '/crm/v3/properties/invoices', body);
  assert.equal(reply.status, 201);
}

/** The ids of the records of an object that a portal's record is associated with. */
export async function associated(hubspot: ServedSimulator, from: string, id: string, to: string): Promise<string[]> {
  const reply = await call(hubspot, 'GET', `/crm/v4/objects/${from}/${id}/associations/${to}`);
  const { results } = JSON.parse(Buffer.from(reply.body).toString()) as { results: { toObjectId: number }[] };
  return results.map(({ toObjectId }) => String(toObjectId));
}

function call({ url, account }: ServedSimulator, method: string, path: string, body?: object) {
  const headers = { authorization: `Bearer ${account.secrets.token}`, 'content-type': 'application/json' };
  return systemHttp.request({ method, url: `${url}${path}`, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
}
