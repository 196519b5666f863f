import { Failure } from '../connector/contract.ts';
import { approve, retry } from '../engine/acts.ts';
import type { Engine } from '../engine/engine.ts';
import type { Look } from '../engine/look.ts';
import { type QuietReport, type Step, syncUntilQuiet } from '../engine/schedule.ts';
import { FileRefused, readSettingsFile, type SettingsFile } from '../model/file/settings-file.ts';
import type { Db } from '../store/db.ts';
import { type Applied, applySettings, KeyTaken, workspaceId } from '../store/installation.ts';
import { freeLeases } from '../store/leases.ts';
import type { Database } from '../store/open.ts';
import { postgresStore } from '../store/postgres-store.ts';
import type { Sync } from '../store/store.ts';
import type { CommandSummary, SyncRequest, SyncResult, SyncSummary } from './api.ts';
import { accountTrouble, checkAccounts, checkRules, type Unreachable } from './door.ts';
import { failingNotes } from './failing-notes.ts';
import { type Accounts, type Earnest, makeEngine, openAccounts, type Parts, WORKSPACE } from './local.ts';

/** Work that comes back within so many seconds (throttled, unresolved) is waited for. */
const PATIENCE_SECONDS = 90;
/** Parents before children: fewer records have to wait for their associations. */
const ORDER = ['company', 'person', 'lead', 'product', 'deal', 'order', 'invoice', 'line-item'];

/** What the command stands on. */
export interface SyncFileParts extends Parts {
  environment: Record<string, string | undefined>;
  openDatabase(dataDirectory: string): Promise<Pick<Database, 'db' | 'close'>>;
  /** Whether nobody else can be at work on that database (it is our own, and its directory is locked). */
  alone: 'no' | 'yes';
}

/** One command under way: a file, its accounts, and a database that may be a scratch one. */
interface Job {
  parts: SyncFileParts;
  file: SettingsFile;
  accounts: Accounts;
  request: SyncRequest;
  began: number;
  /** The accounts that the door could not use, by key. */
  unreachable: Unreachable;
  /** New syncs on such accounts, by key: nobody could look at them, so they are not saved yet. */
  unseen: Set<string>;
}

/** Applies a file and runs its syncs until nothing is due, without a server. Nothing is kept of a dry run. */
export async function syncFile(parts: SyncFileParts, request: SyncRequest): Promise<SyncResult> {
  const began = parts.clock.monotonic();
  try {
    const file = readSettingsFile(request.text, parts.environment);
    checkAccounts(parts.connectors, file);
    if (Object.keys(file.settings.syncs).length === 0)
      throw new FileRefused('the file has no syncs: add one under syncs', file.place(['syncs']));
    const accounts = openAccounts({ ...parts, stop: request.stop }, file.settings.accounts);
    const database = await parts.openDatabase(request.dataDirectory);
    try {
      if (parts.alone === 'yes') await freeLeases(database.db);
      const job = { parts, file, accounts, request, began, unreachable: new Map(), unseen: new Set<string>() };
      return await carryOut(job, database.db);
    } finally {
      await accounts.close();
      await database.close();
    }
  } catch (error) {
    return { exit: 2, error: refusal(error) };
  }
}

async function carryOut(job: Job, db: Db): Promise<SyncResult> {
  const { request, accounts } = job;
  const fresh = await db.scratch(async (scratch) => {
    const { engine, applied } = await assemble(job, scratch, 'real');
    job.unreachable = await checkRules(job.file, engine, applied);
    for (const [key, failure] of job.unreachable) accounts.giveUp(key, failure);
    const syncs = await Promise.all(Object.values(applied.syncs).map((id) => engine.store.sync(id)));
    const fresh = syncs.filter((sync) => sync.progress.phase === 'new');
    if (fresh.length === syncs.length) refuseIdle(job, fresh);
    job.unseen = new Set(fresh.filter((sync) => !isReachable(job, sync)).map((sync) => sync.key));
    return fresh.some((sync) => sync.settings.enabled && !job.unseen.has(sync.key));
  });
  if (request.dryRun === 'yes') return finish(job, await db.scratch((scratch) => play(job, scratch, 'pretended')));
  if (fresh && request.consent === 'ask') {
    const preview = await db.scratch((scratch) => play(job, scratch, 'pretended'));
    const agreed = request.confirm ? await request.confirm(preview.summary) : false;
    const note = 'This is a first sync: nothing was written. Look at it with --dry-run, start it with --yes.';
    if (!agreed) return { exit: 3, summary: preview.summary, notes: [note] };
  }
  return finish(job, await play(job, db, 'real'));
}

/** A command that can do nothing of a new file says at which account that lies. */
function refuseIdle(job: Job, syncs: Sync[]): void {
  const [first] = job.unreachable;
  if (!first || syncs.some((sync) => sync.settings.enabled && isReachable(job, sync))) return;
  throw new FileRefused(accountTrouble(...first), job.file.place(['accounts', first[0]]));
}

function isReachable({ unreachable }: Job, { settings }: Sync): boolean {
  return !unreachable.has(settings.a.account) && !unreachable.has(settings.b.account);
}

/** What was played, and what keeps syncs from their end. */
interface Played {
  summary: CommandSummary;
  /** The accounts that could not be used, by key, with why and the syncs that it kept from their end. */
  troubles: Map<string, { failure: Failure; syncs: string[] }>;
  notes: string[];
}

async function play(job: Job, db: Db, earnest: Earnest): Promise<Played> {
  const { request, parts, accounts, began } = job;
  const { engine, applied } = await assemble(job, db, earnest);
  const syncs = await inOrder(engine, enabled(job, applied));
  for (const id of syncs) {
    await retry(engine, id, { status: 'failing' });
    const reachable = isReachable(job, await engine.store.sync(id));
    if (reachable && (await maySkipBrakes(engine, id, request))) await approve(engine, id);
  }
  const names = namesOf(applied);
  const watch = (step: Step) => tell(request, names, step);
  const reports = await syncUntilQuiet(
    { ...engine, look: counting(request, names) },
    {
      syncs,
      reach: 'changes and removals',
      patienceSeconds: PATIENCE_SECONDS,
      watch,
    },
  );
  const played: Played = {
    summary: { syncs: {}, calls: accounts.calls(), seconds: 0 },
    troubles: new Map(),
    notes: [],
  };
  for (const [key, { a, b }] of Object.entries(job.file.settings.syncs)) {
    const id = applied.syncs[key];
    const report = id === undefined ? undefined : reports.get(id);
    const summary = await summarise(engine, id, report);
    played.summary.syncs[key] = summary;
    if (id !== undefined)
      played.notes.push(...(await failingNotes(db, await engine.store.sync(id), Object.keys(summary.problems))));
    if (report) note(played, key, report, applied);
    else if (id === undefined) for (const end of [a, b]) blameAccount(played, end.account, key, job.unreachable);
  }
  played.summary.seconds = Math.round(parts.clock.monotonic() - began) / 1000;
  return played;
}

/** A sync that has not linked anything yet, since all its records failed, is still the first sync that was agreed to. */
async function maySkipBrakes(engine: Engine, id: string, { approve, consent }: SyncRequest): Promise<boolean> {
  return approve === 'yes' || (consent === 'yes' && (await engine.store.counts(id)).linked === 0);
}

function blameAccount({ troubles }: Played, account: string, sync: string, why: Unreachable): void {
  const failure = why.get(account);
  if (failure) troubles.set(account, { failure, syncs: [...(troubles.get(account)?.syncs ?? []), sync] });
}

/** Remembers what kept a sync from its end. */
function note(played: Played, key: string, { failure, restless }: QuietReport, applied: Applied): void {
  const { notes } = played;
  if (restless === 'yes')
    notes.push(`${key}: work was still due after many rounds, so something changes each time; the next run goes on`);
  if (!failure) return;
  const [account] = Object.entries(applied.accounts).find(([, id]) => id === failure.account) ?? [];
  if (account === undefined) notes.push(`${key}: ${failure.message}`);
  else blameAccount(played, account, key, new Map([[account, failure]]));
}

function finish({ file, request }: Job, { summary, troubles, notes }: Played): SyncResult {
  const bad = Object.values(summary.syncs).some((sync) => sync.failing > 0 || sync.paused !== null);
  const told = [...troubles].map(([key, { failure, syncs }]) => {
    const { line, column } = file.place(['accounts', key]);
    return `line ${line}, column ${column}: ${accountTrouble(key, failure)} (not finished: ${syncs.join(', ')})`;
  });
  const all = [...told, ...notes];
  const stopped = request.stop?.aborted === true;
  return { exit: bad || all.length > 0 ? 1 : 0, summary, notes: stopped ? [] : all };
}

async function assemble(job: Job, db: Db, earnest: Earnest): Promise<{ engine: Engine; applied: Applied }> {
  const { parts, file, accounts } = job;
  const workspace = await workspaceId(db, WORKSPACE);
  const seen = Object.entries(file.settings.syncs).filter(([key]) => !job.unseen.has(key));
  const settings = { ...file.settings, syncs: Object.fromEntries(seen) };
  const applied = await applySettings(db, workspace, settings, { random: parts.random });
  const keys = Object.fromEntries(Object.entries(applied.accounts).map(([key, id]) => [id, key]));
  return { engine: makeEngine(parts, postgresStore(db), accounts, keys, earnest, job.request.stop), applied };
}

async function inOrder(engine: Engine, ids: string[]): Promise<string[]> {
  const ranked = await Promise.all(
    ids.map(async (id) => {
      const sync = await engine.store.sync(id);
      const rank = ORDER.indexOf((await meaningOf(engine, sync)) ?? '');
      return { id, rank: rank < 0 ? ORDER.length : rank };
    }),
  );
  return ranked.sort((one, two) => one.rank - two.rank).map(({ id }) => id);
}

/** What a sync's object means, as far as its app can be asked now. */
async function meaningOf(engine: Engine, { accounts, settings }: Sync): Promise<string | undefined> {
  try {
    return (await engine.rulebook.schema(accounts.a, settings.a.object)).means;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

function enabled({ file }: Job, applied: Applied): string[] {
  return Object.entries(applied.syncs).flatMap(([key, id]) => (file.settings.syncs[key]?.enabled ? [id] : []));
}

const noRecords = { inSync: 0, failing: 0, excluded: 0, waiting: 0, problems: {} };

async function summarise(engine: Engine, id: string | undefined, report?: QuietReport): Promise<SyncSummary> {
  const counts = id === undefined ? noRecords : await engine.store.counts(id);
  const { inSync, failing, excluded, waiting, problems } = counts;
  const none = { created: 0, updated: 0, archived: 0, deleted: 0 };
  const { a, b, linked, conflicts } = report?.tally ?? { a: none, b: none, linked: 0, conflicts: 0 };
  const paused = report?.pause
    ? { brake: report.pause.brake, share: report.pause.share, limit: report.pause.limit }
    : null;
  return { a, b, linked, conflicts, inSync, failing, excluded, waiting, problems, paused };
}

/** Names for people, by the ids of feeds and syncs. */
function namesOf(applied: Applied): Map<string, string> {
  const names = new Map<string, string>();
  for (const [name, id] of Object.entries(applied.feeds)) names.set(`feed ${id}`, name);
  for (const [key, id] of Object.entries(applied.syncs)) names.set(`sync ${id}`, key);
  return names;
}

function tell(request: SyncRequest, names: Map<string, string>, step: Step): void {
  const name = 'feed' in step ? (names.get(`feed ${step.feed}`) ?? '') : (names.get(`sync ${step.sync}`) ?? '');
  request.tell({ kind: step.step, name, count: countOf(step) });
}

/** Tells, page by page, how many records of a sync were decided on so far. */
function counting(request: SyncRequest, names: Map<string, string>): Look {
  const decided = new Map<string, number>();
  return async ({ sync }, decisions) => {
    const count = (decided.get(sync.id) ?? 0) + decisions.length;
    decided.set(sync.id, count);
    request.tell({ kind: 'syncing', name: names.get(`sync ${sync.id}`) ?? '', count });
    return decisions;
  };
}

function countOf(step: Step): number {
  if (step.step === 'read') return step.report.fresh + step.report.changed;
  if (step.step === 'synced') return written(step.report.tally);
  return step.step === 'waiting' ? Math.ceil(step.seconds) : 0;
}

function written(tally: QuietReport['tally']): number {
  const sum = (side: QuietReport['tally']['a']) => side.created + side.updated + side.archived + side.deleted;
  return sum(tally.a) + sum(tally.b);
}

/** What is wrong with the file, the settings or the place; anything else is a fault of ours and thrown on. */
export function refusal(error: unknown): { message: string; line?: number; column?: number } {
  if (error instanceof FileRefused) return { message: error.message, line: error.line, column: error.column };
  if (isRefusal(error)) return { message: error.message };
  throw error;
}

function isRefusal(error: unknown): error is Error {
  if (error instanceof KeyTaken || error instanceof Failure) return true;
  const names = [
    'AddressUnusable',
    'BackupUnusable',
    'Busy',
    'ConsentMissing',
    'DataDirectoryInUse',
    'KeyUnusable',
    'NoNewKey',
    'OthersAtWork',
    'PortUnusable',
    'SignOnUnusable',
    'UnusableDatabase',
  ];
  return error instanceof Error && names.includes(error.name);
}
