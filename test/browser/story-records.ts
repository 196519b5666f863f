import assert from 'node:assert/strict';
import type { RealServer } from './installation.ts';
import type { Person } from './person.ts';
import type { Story } from './story.ts';

/** Looks a record up by its name, as a person would. */
export async function openRecord({ page, say, goTo }: Person, name: string): Promise<void> {
  await goTo(`/records?text=${encodeURIComponent(name)}`);
  await page
    .getByRole('table', { name: say('frame.nav.records') })
    .getByRole('link')
    .first()
    .click();
  await page.getByRole('heading', { name: say('records.history') }).waitFor();
}

/** A record that one app refuses is mended in the other and tried again. */
export async function mendAndRetry({ person, server, look }: Story): Promise<void> {
  const { page, say, press } = person;
  await openRecord(person, 'Nora Falk');
  await page.getByText(say('problem.invalid-value.title')).first().waitFor();
  await look(person, 'record-failing');
  const emails = [{ value: 'nora.falk@nordwind.example', label: 'work', primary: true }];
  await editPeople(server, { update: [{ id: await nora(server), values: { emails } }] });
  await press('records.act.retry');
  await page.getByText(say('frame.state.in-sync'), { exact: true }).first().waitFor();
}

/** A record deleted in one app is made again from the other. */
export async function recreateDeleted({ person, server, look }: Story): Promise<void> {
  const { page, say, press } = person;
  await editPeople(server, { archive: [await nora(server)] });
  await page
    .getByText(say('problem.deleted-in-b.title', { app: 'Pipedrive' }))
    .first()
    .waitFor();
  await look(person, 'record-deleted');
  await press('records.recreateIn', { app: 'Pipedrive' });
  await page.getByText(say('frame.state.in-sync'), { exact: true }).first().waitFor();
}

async function nora(server: RealServer): Promise<string> {
  const { records } = (await inApp(server, '?limit=1000')) as {
    records: { id: string; values: Record<string, unknown> }[];
  };
  const found = records.find(({ values }) => values.name === 'Nora Falk');
  assert.ok(found, 'Nora Falk is in the sample app');
  return found.id;
}

async function editPeople(server: RealServer, edits: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  await inApp(server, '', { method: 'POST', headers, body: JSON.stringify(edits) });
}

/** What a person does to the people in the sample app. */
async function inApp(server: RealServer, query: string, init?: RequestInit): Promise<unknown> {
  const response = await fetch(
    `http://127.0.0.1:${server.samplePort('pipedrive')}/__sim/records/persons${query}`,
    init,
  );
  assert.ok(response.ok, `${response.status}`);
  return response.json();
}
