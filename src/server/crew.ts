import type { Engine } from '../engine/engine.ts';
import { makeRulebook } from '../engine/rulebook.ts';
import type { Mail } from '../lib/mail.ts';
import { outsideNetwork } from '../lib/outside-http.ts';
import type { Db } from '../store/db.ts';
import { type Jobs, startJobs } from '../store/jobs.ts';
import { freeLeases } from '../store/leases.ts';
import type { OpenedDatabase } from '../store/open.ts';
import { postgresStore } from '../store/postgres-store.ts';
import { announce, PRESENT } from '../store/presence.ts';
import { forgetHistory } from '../store/retention.ts';
import { type StoredAccounts, storedAccounts } from './accounts.ts';
import { tendAlerts } from './alerts.ts';
import { appClients } from './app-clients.ts';
import { asShown } from './as-shown.ts';
import type { AppClient } from './authorization.ts';
import { planOfBrake } from './brake-plan.ts';
import { dataViews } from './data-views.ts';
import { startEars } from './ears.ts';
import type { Installation } from './installation.ts';
import { installationKey } from './key.ts';
import { proveKey } from './key-proof.ts';
import type { Parts } from './local.ts';
import { type Reachable, tendNotices } from './notices.ts';
import { planJobs } from './plan-jobs.ts';
import { sharedGauges } from './shared-gauges.ts';
import { makeSignIn, type SignInSettings } from './sign-in.ts';
import { startWorker, type Worker } from './worker.ts';

/** What a process of an installation is started with. */
export interface CrewOptions {
  dataDirectory: string;
  openDatabase(dataDirectory: string): Promise<OpenedDatabase>;
  /** Whether nobody else can be at work on that database. */
  alone: 'no' | 'yes';
  /** The installation's key as text, where it does not live in the data directory. */
  key: string | undefined;
  /** The address that apps reach the server at; a loopback address where nobody gave another. */
  publicUrl(): string;
  /** How people sign in; without it at a loopback address, by password and passkey. */
  signIn?: SignInSettings;
  /** The clients of the environment, by app. */
  clients?: Record<string, AppClient>;
  /** The mail server that alerts go out by, where one is set. */
  mail?: Mail | undefined;
  /** Whether accounts that people connect may be at internal addresses; allowed where nothing is said. */
  internal?: 'allowed' | 'refused';
}

/** A process that has opened its installation, and works once it is told to. */
export interface Crew {
  installation: Installation;
  /** Starts no further call to an app, and lets go of whoever holds a line open: to be called before the server closes. */
  hangUp(): void;
  /** Begins to take up due feeds, syncs and background work. */
  work(): Promise<void>;
  /** Ends the batches under way, gives the leases back, closes the database. */
  stop(): Promise<void>;
}

/** Background work and when it is done, by whichever process takes it up. */
const NOTICES = { name: 'tend-notices', cron: '* * * * *' };
const ALERTS = { name: 'tend-alerts', cron: '* * * * *' };
const RETENTION = { name: 'forget-history', cron: '17 3 * * *' };

/** Opens the database and all that routes and workers stand on. */
export async function openCrew(parts: Parts, options: CrewOptions): Promise<Crew> {
  const { clock, log } = parts;
  const database = await options.openDatabase(options.dataDirectory);
  const { db, connection } = database;
  let worker: Worker | null = null;
  let jobs: Jobs | null = null;
  // What is open is closed again, the last first.
  const closers: (() => Promise<unknown>)[] = [database.close];
  const closeAll = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const ending = new AbortController();
    const wake = () => worker?.wake();
    const askForNotices = () => {
      jobs?.send(NOTICES.name, {}).catch((error: Error) => {
        log.warn('notices are asked for with the next minute only', { reason: error.message });
      });
    };
    const installation = await equip(parts, options, db, { wake, askForNotices, ending: ending.signal });
    const { engine, accounts, plans } = installation;
    const views = dataViews({ db, engine, log });
    const presence = announce(connection, { worker: engine.worker, clock, onWake: wake });
    closers.push(presence.close, accounts.close, plans.stop);
    const background = await startJobs(connection, parts);
    jobs = background;
    closers.push(async () => worker?.stop(), background.stop);
    return {
      installation,
      hangUp: () => ending.abort(),
      work: async () => {
        const onPause = (sync: string) => planOfBrake(installation, sync);
        worker = startWorker({ ...installation, onPause, onRead: views.keep });
        await takeUpJobs(installation, background, options);
        closers.push(startEars(installation).stop);
      },
      stop: async () => {
        ending.abort();
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** Everything that routes stand on, with the key that the database was used with. */
async function equip(
  parts: Parts,
  options: CrewOptions,
  db: Db,
  own: Pick<Installation, 'wake' | 'askForNotices'> & { ending: AbortSignal },
): Promise<Installation> {
  const { clock, random, log } = parts;
  const key = await installationKey(options.dataDirectory, options.key, random);
  await proveKey({ db, key, random });
  if (options.alone === 'yes') await freeLeases(db);
  const clients = appClients({ db, key, random }, options.clients ?? {});
  const outside = options.internal === 'refused' ? outsideNetwork : { http: parts.http };
  // Several workers count an account's calls together.
  const shared = options.alone === 'yes' ? undefined : (account: string) => sharedGauges(db, account, parts);
  const accounts = storedAccounts({ ...parts, outside, stop: own.ending }, db, key, shared, clients);
  const engine = engineOf(parts, db, accounts, own.ending);
  const settings = options.signIn ?? { url: null, signOn: null };
  const mail = options.mail ? { mail: options.mail } : {};
  const signIn = makeSignIn({ db, key, clock, random, log, ...mail }, settings);
  const relearn = () => {
    engine.rulebook.forget();
    accounts.relearn();
  };
  const plans = planJobs({ ...parts, db, accounts, engine });
  const { url } = settings;
  return { ...parts, db, key, accounts, engine, plans, clients, outside, signIn, url, relearn, ...own, ...mail };
}

function engineOf({ clock, random, log }: Parts, db: Db, { open }: StoredAccounts, stop: AbortSignal): Engine {
  const store = postgresStore(db);
  const rulebook = makeRulebook(store, open, clock.now);
  return { store, clock, random, log, worker: `${PRESENT}${random.uuid()}`, open, rulebook, look: asShown(db), stop };
}

async function takeUpJobs(installation: Installation, jobs: Jobs, reachable: Reachable): Promise<void> {
  await jobs.on(NOTICES.name, () => tendNotices(installation, reachable), { cron: NOTICES.cron });
  await jobs.on(ALERTS.name, () => tendAlerts(installation), { cron: ALERTS.cron });
  await jobs.on(RETENTION.name, () => forget(installation), { cron: RETENTION.cron });
  await jobs.send(NOTICES.name, {});
}

async function forget({ db, log }: Installation): Promise<void> {
  const rows = await forgetHistory(db);
  if (rows > 0) log.info('history that nobody keeps was forgotten', { rows });
}
