import { z } from '@hono/zod-openapi';
import { deleteSync } from '../../store/removal.ts';
import { addSync, editSync } from '../../store/sync-edit.ts';
import { workspaceSyncs } from '../../store/workspace-syncs.ts';
import { audit } from '../audit.ts';
import type { Caller } from '../caller.ts';
import type { Installation } from '../installation.ts';
import { refuseStale, syncNamed, syncTag } from '../named.ts';
import { Refused } from '../problem.ts';
import { body, json, route, routes } from '../route.ts';
import { keyBodySchema, readSync, syncSettingsSchema } from '../sync-schema.ts';
import { trySettings } from '../trial.ts';
import { shownSyncs, syncSchema } from './sync-shown.ts';

const named = { params: z.object({ sync: z.string().openapi({ example: 'contacts' }) }) };
const matching = { ...named, headers: z.object({ 'if-match': z.string().optional() }) };
const newSyncSchema = z.object({ key: keyBodySchema, settings: syncSettingsSchema }).openapi('NewSync');

const list = route('view', {
  method: 'get',
  path: '/',
  summary: 'The syncs, with how they stand',
  responses: { 200: json(z.object({ items: z.array(syncSchema), next: z.null() }), 'Every sync, by key') },
});
const read = route('view', {
  method: 'get',
  path: '/{sync}',
  summary: 'One sync',
  request: named,
  responses: { 200: json(syncSchema, 'The sync; ETag is the version of its settings') },
});
const create = route('manage', {
  method: 'post',
  path: '/',
  summary: 'Add a sync; with enabled: false it is a draft, to be looked at by a plan first',
  request: { body: body(newSyncSchema) },
  responses: { 201: json(syncSchema, 'As it stands') },
});
const edit = route('manage', {
  method: 'put',
  path: '/{sync}',
  summary: 'Give a sync other settings at once; its records are planned again, within its brakes',
  request: { ...matching, body: body(syncSettingsSchema) },
  responses: { 200: json(syncSchema, 'As it stands') },
});
const turnOn = route('manage', {
  method: 'post',
  path: '/{sync}/on',
  summary: 'Turn a sync on: it catches up with what gathered meanwhile',
  request: named,
  responses: { 200: json(syncSchema, 'As it stands') },
});
const turnOff = route('manage', {
  method: 'post',
  path: '/{sync}/off',
  summary: 'Turn a sync off after the batch it is at; its links are kept',
  request: named,
  responses: { 200: json(syncSchema, 'As it stands') },
});
const remove = route('manage', {
  method: 'delete',
  path: '/{sync}',
  summary: 'Delete a sync: links, settings and history go, the records in both apps stay',
  request: named,
  responses: { 200: json(z.object({ forgottenLinks: z.number() }), 'What is forgotten') },
});

/** Syncs: their settings, and how they stand. */
export function syncRoutes(installation: Installation) {
  const { db } = installation;
  const answer = async (workspace: string, key: string) => {
    const sync = await syncNamed(installation, workspace, key);
    const [shown] = await shownSyncs(installation, workspace, [sync]);
    return { shown: shown as z.infer<typeof syncSchema>, etag: syncTag(sync.settings) };
  };
  return routes()
    .openapi(list, async (c) => {
      const { workspace } = c.get('caller');
      return c.json(
        { items: await shownSyncs(installation, workspace, await workspaceSyncs(db, workspace)), next: null },
        200,
      );
    })
    .openapi(read, async (c) => {
      const { shown, etag } = await answer(c.get('caller').workspace, c.req.valid('param').sync);
      return c.json(shown, 200, { etag });
    })
    .openapi(create, async (c) => {
      const caller = c.get('caller');
      const { key, settings: given } = c.req.valid('json');
      await add(installation, caller, key, given);
      const { shown, etag } = await answer(caller.workspace, key);
      return c.json(shown, 201, { etag });
    })
    .openapi(edit, async (c) => {
      const caller = c.get('caller');
      const { sync: key } = c.req.valid('param');
      await applyEdit(installation, caller, key, c.req.valid('json'), c.req.valid('header')['if-match']);
      const { shown, etag } = await answer(caller.workspace, key);
      return c.json(shown, 200, { etag });
    })
    .openapi(turnOn, async (c) => {
      const caller = c.get('caller');
      const { sync: key } = c.req.valid('param');
      await setEnabled(installation, caller, key, 'on');
      const { shown, etag } = await answer(caller.workspace, key);
      return c.json(shown, 200, { etag });
    })
    .openapi(turnOff, async (c) => {
      const caller = c.get('caller');
      const { sync: key } = c.req.valid('param');
      await setEnabled(installation, caller, key, 'off');
      const { shown, etag } = await answer(caller.workspace, key);
      return c.json(shown, 200, { etag });
    })
    .openapi(remove, async (c) => {
      const caller = c.get('caller');
      const { id, key } = await syncNamed(installation, caller.workspace, c.req.valid('param').sync);
      const { inSync, failing, excluded, waiting } = await installation.engine.store.counts(id);
      const forgottenLinks = inSync + failing + excluded + waiting;
      await deleteSync(db, id);
      await audit(installation, caller, 'sync.deleted', { sync: key, links: forgottenLinks });
      return c.json({ forgottenLinks }, 200);
    });
}

async function add(installation: Installation, caller: Caller, key: string, given: unknown): Promise<void> {
  const { db, random } = installation;
  const settings = readSync(given);
  await trySettings(installation, caller.workspace, key, settings);
  if (!(await addSync(db, caller.workspace, key, settings, random)))
    throw new Refused(409, `there is a sync ${key} already: give this one another key`);
  await audit(installation, caller, 'sync.created', { sync: key, on: settings.enabled });
  installation.wake();
  installation.askForNotices();
}

/** Puts settings in the place of those that the caller has seen. */
async function applyEdit(
  installation: Installation,
  { workspace, ...caller }: Caller,
  key: string,
  given: unknown,
  match: string | undefined,
): Promise<void> {
  const { db, random } = installation;
  const before = await syncNamed(installation, workspace, key);
  refuseStale(match, syncTag(before.settings));
  const settings = readSync(given);
  await trySettings(installation, workspace, key, settings);
  const isExpected = (stored: typeof settings) => match === '*' || syncTag(stored) === syncTag(before.settings);
  const edited = await editSync(db, workspace, key, settings, { random, isExpected });
  if (edited === 'gone') throw new Refused(404, `there is no sync ${key} in this workspace any more`);
  if (edited !== 'done')
    throw new Refused(412, 'it was changed since you read it: read it again, and make your edit on that');
  await audit(installation, { workspace, ...caller }, 'sync.changed', { sync: key });
  installation.wake();
  installation.askForNotices();
}

/** Turning it on passes the door again: other syncs may have closed a ring meanwhile. */
async function setEnabled(installation: Installation, caller: Caller, key: string, to: 'on' | 'off'): Promise<void> {
  const { db, random } = installation;
  const { workspace } = caller;
  const sync = await syncNamed(installation, workspace, key);
  const settings = { ...sync.settings, enabled: to === 'on' };
  if (to === 'on') await trySettings(installation, workspace, key, settings);
  const isExpected = (stored: typeof settings) => syncTag(stored) === syncTag(sync.settings);
  const edited = await editSync(db, workspace, key, settings, { random, isExpected });
  if (edited !== 'done') throw new Refused(409, `the sync ${key} is being changed by somebody else: try again`);
  await audit(installation, caller, to === 'on' ? 'sync.turned-on' : 'sync.turned-off', { sync: key });
  installation.wake();
  installation.askForNotices();
}
