import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../lib/clock.ts';
import type { Http } from '../lib/http.ts';
import type { Edits } from './admin.ts';
import type { StartSimulator } from './run.ts';
import { serve } from './serve.ts';
import { type SimRequest, simRequest } from './sim-request.ts';
import type { ServedSimulator, SimAccount } from './simulator.ts';

/** How many records the first object of each sample app has; both know many of the same people. */
const sampleRecords = 240;
const SEED = 7;
/** Calls that are kept for the next start; later ones are forgotten with the process. */
const MOST_KEPT_CALLS = 50_000;

/** Sample apps in this process, on loopback: started when they are asked for, and again where they were before. */
export interface SampleApps {
  /** Starts them where they do not run yet; their accounts, as a file has them. */
  start(): Promise<SimAccount[]>;
  /** Starts them where they were started before in this directory. */
  resume(): Promise<void>;
  stop(): Promise<void>;
}

interface Running {
  accounts: SimAccount[];
  stop(): Promise<void>;
}

/** Where their state lives, and which apps they are. */
export interface SampleParts {
  directory: string;
  apps: { name: string; load(): Promise<StartSimulator> }[];
  clock: Clock;
  http: Http;
}

/** What a sample app need not be held back to: it counts no calls. What HubSpot's has left it tells itself. */
const unlimited: Record<string, Record<string, string>> = {
  pipedrive: { callsPerTwoSeconds: '10000', tokensPerDay: '1000000000' },
};

/** What is wrong in the sample apps on purpose, so that a first look at Syncline shows what it does about it. */
const mess: Record<string, Record<string, Edits>> = {
  pipedrive: {
    persons: {
      create: [
        { name: 'Nora Falk', emails: [{ value: 'nora.falk(at)example', label: 'work', primary: true }] },
        { name: 'Otto Berg', phones: [{ value: '+49 30 901820', label: 'work', primary: true }] },
      ],
    },
  },
};

/** Two apps with a few hundred messy records each, for whoever wants to see a sync before connecting an app. */
export function sampleApps(parts: SampleParts): SampleApps {
  let running: Promise<Running> | null = null;
  const begin = () => {
    running ??= startAll(parts);
    return running;
  };
  return {
    start: async () => (await begin()).accounts,
    resume: async () => {
      if (existsSync(join(parts.directory, 'ports.json'))) await begin();
    },
    stop: async () => (await running)?.stop(),
  };
}

/**
 * The sample apps as they were left: each is filled from the same seed, then the changes made to it so far are made
 * again. They keep their ports, so that the accounts on them go on working.
 */
async function startAll({ directory, apps, clock, http }: SampleParts): Promise<Running> {
  mkdirSync(directory, { recursive: true });
  const place = join(directory, 'ports.json');
  const ports = existsSync(place) ? (JSON.parse(readFileSync(place, 'utf8')) as Record<string, number>) : {};
  const running: ServedSimulator[] = [];
  for (const { name, load } of apps) {
    const start = await load();
    const inner = await start({ port: 0, records: sampleRecords, seed: SEED, clock, settings: { limits: 'off' } });
    for (const [object, edits] of Object.entries(mess[name] ?? {})) inner.admin.edit(object, edits);
    const served = await serve(
      { ...inner, handle: keeping(inner, join(directory, `${name}.jsonl`)) },
      { port: ports[name] ?? 0, http },
    );
    ports[name] = Number(new URL(served.url).port);
    running.push(inner, served);
  }
  writeFileSync(place, JSON.stringify(ports));
  return {
    accounts: running
      .filter((_, at) => at % 2 === 1)
      .map(({ account }) => ({ ...account, settings: { ...unlimited[account.app], ...account.settings } })),
    stop: async () => {
      for (const each of running.reverse()) await each.stop();
    },
  };
}

/** Makes the kept calls again, and keeps every further one that changes something. */
function keeping(simulator: ServedSimulator, path: string): ServedSimulator['handle'] {
  const kept = existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
  for (const line of kept) simulator.handle(requestOf(line));
  let count = kept.length;
  return (request) => {
    const reply = simulator.handle(request);
    if (isChange(request) && reply.status < 300 && count < MOST_KEPT_CALLS) {
      appendFileSync(path, `${lineOf(request)}\n`);
      count += 1;
    }
    return reply;
  };
}

/** Searches and batch reads come as POST too; tokens are made anew by each process. */
function isChange({ method, path }: SimRequest): boolean {
  return method !== 'GET' && !/\/(search|read|query|token)$/.test(path);
}

function lineOf({ method, path, query, headers, body }: SimRequest): string {
  const target = query.size > 0 ? `${path}?${query}` : path;
  const carried = Object.entries(headers).filter(([name]) => /^(authorization|content-type|x-api-token)$/.test(name));
  return JSON.stringify({ method, target, headers: Object.fromEntries(carried), body });
}

function requestOf(line: string): SimRequest {
  const { method, target, headers, body } = JSON.parse(line) as {
    method: string;
    target: string;
    headers: Record<string, string>;
    body: string;
  };
  return simRequest(method, target, { headers, body });
}
