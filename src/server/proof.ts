import { z } from '@hono/zod-openapi';
import { Failure } from '../connector/contract.ts';
import { sidesComparer } from '../engine/compare-sides.ts';
import { RulesRefused } from '../engine/rulebook.ts';
import { sampleLinks } from '../store/first-sync.ts';
import { readLinks } from '../store/links.ts';
import { readTrend } from '../store/trends.ts';
import type { WorkspaceSync } from '../store/workspace-syncs.ts';
import type { Installation } from './installation.ts';

/** Pairs of each sync that are compared, and how long a proof stands, in milliseconds. */
const SAMPLE_PAIRS = 200;
const STANDS_MILLISECONDS = 60_000;
/** The most workspaces whose proof is remembered. */
const MOST_REMEMBERED = 1_000;
const DAY_MILLISECONDS = 86_400_000;

/** That the records are the same, in figures. */
export const proofSchema = z
  .object({
    records: z.number().openapi({ description: 'Pairs that were compared: a sample of each sync' }),
    fields: z.number(),
    equal: z.number().openapi({ description: 'Of those fields, the ones that mean the same on both sides' }),
    share: z.number().nullable().openapi({ description: '0 to 1; null: nothing to compare' }),
    checkedAt: z
      .string()
      .nullable()
      .openapi({ description: 'When every object had last been read: the oldest of them' }),
    slowestSeconds: z
      .number()
      .nullable()
      .openapi({ description: 'The slowest change of the last day, noticed to written' }),
  })
  .openapi('Proof');

type Proof = z.infer<typeof proofSchema>;

/** Makes proofs by comparing what both sides show, field by field, on a sample of the records that are said to be in sync. */
export function proofs(installation: Installation): (workspace: string, syncs: WorkspaceSync[]) => Promise<Proof> {
  const { clock } = installation;
  const known = new Map<string, { until: number; proof: Promise<Proof> }>();
  return (workspace, syncs) => {
    const last = known.get(workspace);
    if (last && last.until > clock.monotonic()) return last.proof;
    const proof = prove(installation, workspace, syncs);
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(workspace, { until: clock.monotonic() + STANDS_MILLISECONDS, proof });
    proof.catch(() => known.delete(workspace));
    return proof;
  };
}

async function prove(installation: Installation, workspace: string, syncs: WorkspaceSync[]): Promise<Proof> {
  const { db, clock } = installation;
  const live = syncs.filter(({ enabled, progress }) => enabled && progress.phase === 'live');
  const sum = { records: 0, fields: 0, equal: 0 };
  for (const sync of live) await compareSample(installation, sync, sum);
  const passed = live.flatMap(({ ends }) => [ends.a.progress.passedAt, ends.b.progress.passedAt]);
  const oldest = passed.reduce<number | null>((least, at) => Math.min(least ?? Infinity, at ?? 0), null);
  const trend = await readTrend(db, workspace, null, clock.now() - DAY_MILLISECONDS, 24);
  const slowest = trend.reduce<number | null>((most, point) => Math.max(most ?? 0, point.slowest ?? 0) || most, null);
  return {
    ...sum,
    share: sum.fields === 0 ? null : sum.equal / sum.fields,
    checkedAt: oldest === null || oldest === 0 ? null : new Date(oldest).toISOString(),
    slowestSeconds: slowest === null ? null : slowest / 1000,
  };
}

/** What is no difference: nothing to compare, or written and not read again yet. */
const notMet = new Set(['absent', 'alone', 'on-its-way']);

async function compareSample(
  { db, engine, random }: Installation,
  sync: WorkspaceSync,
  sum: { records: number; fields: number; equal: number },
): Promise<void> {
  const ids = await sampleLinks(db, sync.id, random.next(), SAMPLE_PAIRS);
  const links = await readLinks(db, sync.id, ids);
  const pairs = await engine.store.load(sync.id, { a: links.flatMap(({ ids: { a } }) => a ?? []), b: [] });
  try {
    const compare = await sidesComparer(engine, sync.id);
    for (const pair of pairs) {
      const { fields } = compare(pair, []);
      const met = fields.filter(({ state }) => !notMet.has(state));
      sum.records++;
      sum.fields += met.length;
      sum.equal += met.filter(({ state }) => state === 'same' || state === 'equal').length;
    }
  } catch (error) {
    // An app that does not answer now proves nothing; its account's trouble is told beside.
    if (!(error instanceof Failure || error instanceof RulesRefused)) throw error;
  }
}
