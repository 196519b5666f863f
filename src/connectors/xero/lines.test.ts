import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onSimulator } from '../../../test/connectors/on-simulator.ts';
import { must } from '../../lib/assert.ts';
import { connector } from './connector.ts';
import { makeSimulator } from './simulator.ts';

test('lines come with their invoice, with its item and currency; those taken off are missing from the next listing', async () => {
  const { admin, type, session } = await onSimulator(connector, (clock) => makeSimulator({ clock }));
  const { reads } = type('invoice_lines');
  const [payer] = admin.edit('contacts', { create: [{ Name: 'Payer' }] }).created;
  const [item = ''] = admin.edit('items', { create: [{ Code: 'DESK', Name: 'Desk' }] }).created;
  const line = (LineItemID: string, more: object) => ({ LineItemID, Description: 'Goods', Quantity: 3, ...more });
  const lines = [
    line('l1', { ItemCode: 'DESK', UnitAmount: 0.1, LineAmount: 0.3, TaxAmount: 0.06 }),
    line('l2', { UnitAmount: 2.5, LineAmount: 7.5 }),
  ];
  const invoice = { ContactID: payer, CurrencyCode: 'EUR', InvoiceNumber: 'L-1', Status: 'AUTHORISED', lines };
  const [id = ''] = admin.edit('invoices', { create: [invoice] }).created;
  const names = ['Description', 'Quantity', 'UnitAmount', 'LineAmount', 'CurrencyCode', 'invoice', 'item'];
  const full = await reads.page(session, { fields: names });
  assert.deepEqual(
    full.records.map((record) => [record.id, record.values.UnitAmount, record.values.LineAmount, record.values.item]),
    [
      [`${id}/l1`, '0.1', '0.3', [item]],
      [`${id}/l2`, '2.5', '7.5', []],
    ],
  );
  assert.deepEqual([full.records[0]?.values.invoice, full.records[0]?.values.CurrencyCode], [[id], 'EUR']);
  admin.edit('invoices', { update: [{ id, values: { lines: lines.slice(1) } }] });
  assert.deepEqual((await reads.byIds(session, [`${id}/l1`, `${id}/l2`], [])).gone, [
    { id: `${id}/l1`, how: 'missing' },
  ]);
  const next = await reads.page(session, { fields: [], since: must(full.until) });
  assert.deepEqual(
    next.records.map((record) => record.id),
    [`${id}/l2`],
  );
});
