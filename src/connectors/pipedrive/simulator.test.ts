import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { v1, v2 } from 'pipedrive';
import { systemClock } from '../../lib/clock.ts';
import { systemHttp } from '../../lib/http.ts';
import type { ServeOptions } from '../../simulator/serve.ts';
import type { ServedSimulator } from '../../simulator/simulator.ts';
import { burst, type PipedriveOptions, startSimulator } from './simulator.ts';

const running: ServedSimulator[] = [];
after(() => Promise.all(running.map((simulator) => simulator.stop())));

/** Pipedrive's simulator with the vendor's own client on it. */
async function pipedrive(options: Partial<PipedriveOptions & ServeOptions> = {}) {
  const usual = { port: 0, http: systemHttp, clock: systemClock, settings: { limits: 'off' } } as const;
  const simulator = await startSimulator({ ...usual, ...options });
  running.push(simulator);
  const clients = (apiKey: string) => {
    const two = new v2.Configuration({ apiKey, basePath: `${simulator.url}/api/v2` });
    const one = new v1.Configuration({ apiKey, basePath: `${simulator.url}/api/v1` });
    return {
      persons: new v2.PersonsApi(two),
      organizations: new v2.OrganizationsApi(two),
      deals: new v2.DealsApi(two),
      products: new v2.ProductsApi(two),
      activities: new v2.ActivitiesApi(two),
      stages: new v2.StagesApi(two),
      pipelines: new v2.PipelinesApi(two),
      personFields: new v2.PersonFieldsApi(two),
      notes: new v1.NotesApi(one),
      users: new v1.UsersApi(one),
      webhooks: new v1.WebhooksApi(one),
      currencies: new v1.CurrenciesApi(one),
    };
  };
  return { simulator, clients, ...clients(simulator.account.secrets.token ?? '') };
}

test('a person is added, read, changed part by part, listed and deleted', async () => {
  const { persons, organizations } = await pipedrive();
  const org = await organizations.addOrganization({ AddOrganizationRequest: { name: 'Firm' } });
  const made = await persons.addPerson({
    AddPersonRequest: {
      name: 'Ann Mary Lee',
      org_id: Number(org.data?.id),
      emails: [{ value: 'ann@example.com' }, { value: 'lee@example.com', label: 'home', primary: true }],
    },
  });
  const id = Number(made.data?.id);
  assert.deepEqual([made.data?.first_name, made.data?.last_name], ['Ann', 'Mary Lee']);
  assert.deepEqual(made.data?.emails, [
    { value: 'ann@example.com', label: 'work', primary: false },
    { value: 'lee@example.com', label: 'home', primary: true },
  ]);
  const changed = await persons.updatePerson({ id, UpdatePersonRequest: { job_title: 'Buyer' } });
  assert.deepEqual([changed.data?.name, changed.data?.job_title], ['Ann Mary Lee', 'Buyer']);
  assert.equal((await persons.getPersons({ ids: `${id},999` })).data?.length, 1);
  await persons.deletePerson({ id });
  assert.equal((await persons.getPersons({})).data?.length, 0);
  assert.equal((await persons.getPerson({ id })).data?.is_deleted, true);
  await assert.rejects(persons.updatePerson({ id, UpdatePersonRequest: { name: 'x' } }), { code: 'ERR_NOT_FOUND' });
});

test('lists page by cursor in the order of ids, and since a moment', async () => {
  const { persons, simulator } = await pipedrive({ records: 230 });
  const seen: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await persons.getPersons({ limit: 100, ...(cursor ? { cursor } : {}) });
    seen.push(...(page.data ?? []).map(({ id }) => Number(id)));
    cursor = page.additional_data?.next_cursor ?? undefined;
  } while (cursor);
  assert.equal(seen.length, 230);
  assert.deepEqual(
    seen,
    seen.toSorted((one, other) => one - other),
  );
  const since = `${new Date(simulator.clock.now() - 5000).toISOString().slice(0, 19)}Z`;
  simulator.admin.edit('persons', { update: [{ id: String(seen[3]), values: { job_title: 'new' } }] });
  const { data } = await persons.getPersons({ updated_since: since, sort_by: 'update_time' });
  assert.deepEqual(
    data?.map(({ id }) => id),
    [seen[3]],
  );
});

test('what does not fit the schema is refused, in one sentence', async () => {
  const { deals, persons, clients } = await pipedrive();
  const wrong = { title: 'Deal', value: '12' as unknown as number, colour: 'red' };
  await assert.rejects(deals.addDeal({ AddDealRequest: wrong }), {
    success: false,
    code: 'ERR_SCHEMA_VALIDATION_FAILED',
    error:
      "Validation failed: value: must be a valid number; colour: Parameter 'colour' is not allowed for this request",
  });
  await assert.rejects(persons.addPerson({ AddPersonRequest: {} }), { code: 'ERR_SCHEMA_VALIDATION_FAILED' });
  await assert.rejects(clients('wrong').persons.getPersons({}), { error: 'unauthorized access' });
});

test('a deal goes through its pipeline, is won, and archived ones have a list of their own', async () => {
  const { deals, stages, pipelines } = await pipedrive();
  const pipeline = (await pipelines.getPipelines({})).data?.[0];
  const all = (await stages.getStages({ pipeline_id: Number(pipeline?.id) })).data ?? [];
  const id = Number((await deals.addDeal({ AddDealRequest: { title: 'Deal', value: 12.5 } })).data?.id);
  const last = Number(all.at(-1)?.id);
  await deals.updateDeal({ id, UpdateDealRequest: { stage_id: last } });
  const won = await deals.updateDeal({ id, UpdateDealRequest: { status: 'won' } });
  assert.deepEqual([won.data?.stage_id, won.data?.status, won.data?.currency], [last, 'won', 'EUR']);
  assert.ok(won.data?.won_time);
  await deals.updateDeal({ id, UpdateDealRequest: { is_archived: true } });
  assert.equal((await deals.getDeals({})).data?.length, 0);
  assert.equal((await deals.getArchivedDeals({ ids: String(id) })).data?.length, 1);
  await assert.rejects(deals.updateDeal({ id, UpdateDealRequest: { title: 'x' } }), { success: false });
});

test('products have one price per currency, and an update replaces them all', async () => {
  const { products } = await pipedrive();
  const made = await products.addProduct({ AddProductRequest: { name: 'Chair' } });
  const id = Number(made.data?.id);
  const priceIn = (data: unknown) => (data as { prices: { currency: string; price: number }[] }).prices;
  assert.deepEqual(
    priceIn(made.data).map(({ currency, price }) => [currency, price]),
    [['EUR', 0]],
  );
  const prices = [{ currency: 'USD', price: 20 }];
  const changed = await products.updateProduct({ id, UpdateProductRequest: { prices } });
  assert.deepEqual(
    priceIn(changed.data).map(({ currency, price }) => [currency, price]),
    [['USD', 20]],
  );
});

test('activities have participants, of whom one is the person', async () => {
  const { activities, persons } = await pipedrive();
  const id = Number((await persons.addPerson({ AddPersonRequest: { name: 'Ann' } })).data?.id);
  const made = await activities.addActivity({
    AddActivityRequest: { subject: 'Call', due_date: '2026-12-05', participants: [{ person_id: id, primary: true }] },
  });
  assert.deepEqual([made.data?.person_id, made.data?.type, made.data?.done], [id, 'task', false]);
  const done = await activities.updateActivity({ id: Number(made.data?.id), AddActivityRequest: { done: true } });
  assert.ok(done.data?.marked_as_done_time);
});

test('custom fields go by their hashes, and are described with their options', async () => {
  const { persons, personFields } = await pipedrive();
  const fields = (await personFields.getPersonFields({})).data ?? [];
  const colour = fields.find((field) => field.is_custom_field && field.field_type === 'enum');
  const option = Number(colour?.options?.[1]?.id);
  const code = String(colour?.field_code);
  const made = await persons.addPerson({ AddPersonRequest: { name: 'Ann', custom_fields: { [code]: option } } });
  assert.equal(made.data?.custom_fields?.[code], option);
  const wrong = { name: 'Ben', custom_fields: { [code]: 1 } };
  await assert.rejects(persons.addPerson({ AddPersonRequest: wrong }), { code: 'ERR_SCHEMA_VALIDATION_FAILED' });
});

test('notes, users, currencies and webhooks are still those of API v1', async () => {
  const { notes, users, currencies, webhooks, persons, simulator } = await pipedrive({ http: undefined });
  const person = Number((await persons.addPerson({ AddPersonRequest: { name: 'Ann' } })).data?.id);
  const made = await notes.addNote({ AddNoteRequest: { content: '<p>Hi</p>', person_id: person } });
  const id = Number(made.data?.id);
  await notes.updateNote({ id, NoteRequest: { content: '<p>Bye</p>' } });
  assert.equal((await notes.getNote({ id })).data?.content, '<p>Bye</p>');
  assert.equal((await notes.getNotes({})).additional_data?.pagination?.more_items_in_collection, false);
  await assert.rejects(notes.addNote({ AddNoteRequest: { content: 'loose' } }), { success: false });
  assert.equal((await users.getUsers()).data?.length, 2);
  assert.equal((await users.getCurrentUser()).data?.default_currency, 'EUR');
  assert.ok((await currencies.getCurrencies({})).data?.some(({ code }) => code === 'USD'));
  const hook = await webhooks.addWebhook({
    AddWebhookRequest: {
      subscription_url: 'https://sync.example.com/notices',
      event_action: '*',
      event_object: 'note',
      name: 'Notices',
      version: '2.0',
      http_auth_user: 'me',
      http_auth_password: 'secret',
    },
  });
  await notes.deleteNote({ id });
  const [sent] = simulator.courier?.take() ?? [];
  assert.equal(sent?.headers.authorization, `Basic ${Buffer.from('me:secret').toString('base64')}`);
  assert.deepEqual(
    [JSON.parse(sent?.body ?? '').meta.action, JSON.parse(sent?.body ?? '').meta.entity],
    ['delete', 'note'],
  );
  await webhooks.deleteWebhook({ id: Number(hook.data?.id) });
  assert.equal((await webhooks.getWebhooks()).data?.length, 0);
});

test('OAuth gives tokens that run out, with the company’s own address', async () => {
  const { simulator } = await pipedrive();
  const oauth = simulator.oauth;
  const redirectUri = 'https://sync.example.com/back';
  const configuration = new v2.OAuth2Configuration({
    clientId: oauth?.clientId ?? '',
    clientSecret: oauth?.clientSecret ?? '',
    redirectUri,
    host: simulator.url,
  });
  const page = await systemHttp.request({
    method: 'GET',
    url: configuration.authorizationUrl,
    timeoutMilliseconds: 5000,
  });
  const code = new URL(page.headers.location ?? '').searchParams.get('code') ?? '';
  const token = await configuration.authorize(code);
  assert.equal(token.api_domain, simulator.url);
  const configured = { accessToken: configuration.getAccessToken, basePath: `${simulator.url}/api/v2` };
  const persons = new v2.PersonsApi(new v2.Configuration(configured));
  assert.equal((await persons.getPersons({})).success, true);
  simulator.admin.advance(3_700_000);
  await assert.rejects(persons.getPersons({}), { error: 'unauthorized access' });
  await configuration.tokenRefresh();
  assert.equal((await persons.getPersons({})).success, true);
});

test('more calls than the plan allows in two seconds are refused', async () => {
  const { persons } = await pipedrive({ settings: { limits: 'on' } });
  const ended = await Promise.allSettled(Array.from({ length: burst + 5 }, () => persons.getPersons({ limit: 1 })));
  assert.equal(ended.filter((one) => one.status === 'rejected').length, 5);
});
