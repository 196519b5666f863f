import { Failure } from '../connector/contract.ts';
import { approve, retry } from '../engine/acts.ts';
import type { Engine } from '../engine/engine.ts';
import { type QuietReport, type Step, syncUntilQuiet } from '../engine/schedule.ts';
import { FileRefused, readSettingsFile, type SettingsFile } from '../model/file/settings-file.ts';
import type { Db } from '../store/db.ts';
import { type Applied, applySettings, KeyTaken, workspaceId } from '../store/installation.ts';
import { freeLeases } from '../store/leases.ts';
import type { Database } from '../store/open.ts';
import { postgresStore } from '../store/postgres-store.ts';
import type { CommandSummary, SyncRequest, SyncResult, SyncSummary } from './api.ts';
import { checkAccounts, checkRules } from './door.ts';
import { type Accounts, type Earnest, makeEngine, openAccounts, type Parts, WORKSPACE } from './local.ts';

/** Work that comes back within so many seconds (throttled, unresolved) is waited for. */
const PATIENCE_SECONDS = 90;
/** Parents before children: fewer records have to wait for their associations. */
const ORDER = ['company', 'person', 'lead', 'product', 'deal', 'order', 'invoice', 'line-item'];

/** What the command stands on. */
export interface SyncFileParts extends Parts {
  environment: Record<string, string | undefined>;
  openDatabase(dataDirectory: string): Promise<Database>;
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
}

/** Applies a file and runs its syncs until nothing is due, without a server. Nothing is kept of a dry run. */
export async function syncFile(parts: SyncFileParts, request: SyncRequest): Promise<SyncResult> {
  const began = parts.clock.monotonic();
  try {
    const file = readSettingsFile(request.text, parts.environment);
    checkAccounts(parts.connectors, file);
    if (Object.keys(file.settings.syncs).length === 0)
      throw new FileRefused('the file has no syncs: add one under syncs', file.place(['syncs']));
    const accounts = openAccounts(parts, file.settings.accounts);
    const database = await parts.openDatabase(request.dataDirectory);
    try {
      if (parts.alone === 'yes') await freeLeases(database.db);
      return await carryOut({ parts, file, accounts, request, began }, database.db);
    } finally {
      await accounts.close();
      await database.close();
    }
  } catch (error) {
    return { exit: 2, error: refusal(error) };
  }
}

async function carryOut(job: Job, db: Db): Promise<SyncResult> {
  const { request } = job;
  const fresh = await db.scratch(async (scratch) => {
    const { engine, applied } = await assemble(job, scratch, 'real');
    await checkRules(job.file, engine, applied);
    const phases = await Promise.all(
      enabled(job, applied).map(async (id) => (await engine.store.sync(id)).progress.phase),
    );
    return phases.includes('new');
  });
  if (request.dryRun === 'yes') return finish(await db.scratch((scratch) => play(job, scratch, 'pretended')));
  if (fresh && request.consent === 'ask') {
    const preview = await db.scratch((scratch) => play(job, scratch, 'pretended'));
    const agreed = request.confirm ? await request.confirm(preview.summary) : false;
    const note = 'This is a first sync: nothing was written. Look at it with --dry-run, start it with --yes.';
    if (!agreed) return { exit: 3, summary: preview.summary, notes: [note] };
  }
  return finish(await play(job, db, 'real'));
}

/** What was played, and what went wrong with whole accounts. */
interface Played {
  summary: CommandSummary;
  failures: string[];
}

async function play(job: Job, db: Db, earnest: Earnest): Promise<Played> {
  const { request, parts, accounts, began } = job;
  const { engine, applied } = await assemble(job, db, earnest);
  const syncs = await inOrder(engine, enabled(job, applied));
  for (const id of syncs) {
    await retry(engine, id, { status: 'failing' });
    if (request.approve === 'yes') await approve(engine, id);
  }
  const names = namesOf(applied);
  const watch = (step: Step) => tell(request, names, step);
  const reports = await syncUntilQuiet(engine, {
    syncs,
    reach: 'changes and removals',
    patienceSeconds: PATIENCE_SECONDS,
    watch,
  });
  const summary: CommandSummary = { syncs: {}, calls: accounts.calls(), seconds: 0 };
  const failures: string[] = [];
  for (const [key, id] of Object.entries(applied.syncs)) {
    const report = reports.get(id);
    summary.syncs[key] = await summarise(engine, id, report);
    if (report?.failure) failures.push(`${key}: ${report.failure.message}`);
  }
  summary.seconds = Math.round(parts.clock.monotonic() - began) / 1000;
  return { summary, failures };
}

function finish({ summary, failures }: Played): SyncResult {
  const bad = Object.values(summary.syncs).some((sync) => sync.failing > 0 || sync.paused !== null);
  return { exit: bad || failures.length > 0 ? 1 : 0, summary, notes: failures };
}

async function assemble(job: Job, db: Db, earnest: Earnest): Promise<{ engine: Engine; applied: Applied }> {
  const { parts, file, accounts } = job;
  const workspace = await workspaceId(db, WORKSPACE);
  const applied = await applySettings(db, workspace, file.settings, { random: parts.random });
  const keys = Object.fromEntries(Object.entries(applied.accounts).map(([key, id]) => [id, key]));
  return { engine: makeEngine(parts, postgresStore(db), accounts, keys, earnest), applied };
}

async function inOrder(engine: Engine, ids: string[]): Promise<string[]> {
  const ranked = await Promise.all(
    ids.map(async (id) => {
      const sync = await engine.store.sync(id);
      const { means } = await engine.rulebook.schema(sync.accounts.a, sync.settings.a.object);
      const rank = means ? ORDER.indexOf(means) : -1;
      return { id, rank: rank < 0 ? ORDER.length : rank };
    }),
  );
  return ranked.sort((one, two) => one.rank - two.rank).map(({ id }) => id);
}

function enabled({ file }: Job, applied: Applied): string[] {
  return Object.entries(applied.syncs).flatMap(([key, id]) => (file.settings.syncs[key]?.enabled ? [id] : []));
}

async function summarise(engine: Engine, id: string, report: QuietReport | undefined): Promise<SyncSummary> {
  const { inSync, failing, excluded, waiting, problems } = await engine.store.counts(id);
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
  const count =
    step.step === 'read'
      ? step.report.fresh + step.report.changed
      : step.step === 'synced'
        ? written(step.report.tally)
        : 0;
  request.tell({ kind: step.step, name, count });
}

function written(tally: QuietReport['tally']): number {
  const sum = (side: QuietReport['tally']['a']) => side.created + side.updated + side.archived + side.deleted;
  return sum(tally.a) + sum(tally.b);
}

/** What is wrong with the file, the settings or the place; anything else is a fault of ours and thrown on. */
export function refusal(error: unknown): { message: string; line?: number; column?: number } {
  if (error instanceof FileRefused) return { message: error.message, line: error.line, column: error.column };
  if (error instanceof KeyTaken || error instanceof Failure) return { message: error.message };
  const named =
    error instanceof Error &&
    ['Busy', 'ConsentMissing', 'DataDirectoryInUse', 'KeyUnusable', 'UnusableDatabase'].includes(error.name);
  if (named) return { message: error.message };
  throw error;
}
