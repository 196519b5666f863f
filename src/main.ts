import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Command, CommanderError } from 'commander';
import about from '../package.json' with { type: 'json' };
import { type AppsSwitches, appsCommand } from './cli/apps.ts';
import { addBackup, type BackupParts } from './cli/backup.ts';
import { addResetPassword, type ResetPasswordParts } from './cli/reset-password.ts';
import { addRotateKey, type RotateKeyParts } from './cli/rotate-key.ts';
import type { ServerWorld } from './cli/server-client.ts';
import { addServerCommands } from './cli/server-commands.ts';
import { type SimulateSwitches, simulateCommand } from './cli/simulate.ts';
import { type StartParts, type StartSwitches, startCommand } from './cli/start.ts';
import { type SyncParts, type SyncSwitches, syncCommand } from './cli/sync.ts';
import { addWorker, type WorkerParts } from './cli/worker.ts';
import { connectors, simulators } from './connectors/registry.ts';
import { systemClock } from './lib/clock.ts';
import { endUnread } from './lib/end-unread.ts';
import { systemHttp } from './lib/http.ts';
import { pinoLog } from './lib/log.ts';
import { smtpMail } from './lib/mail.ts';
import { openPage } from './lib/open-page.ts';
import { systemRandom } from './lib/random.ts';
import { clientsOf } from './server/app-clients.ts';
import { appTable } from './server/app-table.ts';
import { openCrew } from './server/crew.ts';
import { ownAddress } from './server/own-address.ts';
import { givePassword } from './server/reset-password.ts';
import { rotateKey } from './server/rotate-key.ts';
import { signOnSettings } from './server/sign-on.ts';
import { startServer } from './server/start.ts';
import { refusal, syncFile } from './server/sync-file.ts';
import { runSimulator } from './simulator/run.ts';
import { sampleApps } from './simulator/samples.ts';
import { backUp, restore } from './store/backup.ts';
import { poolDb } from './store/db.ts';
import { beside, openDatabase, poolAt } from './store/open.ts';

/** The exit code of a command that was called wrongly. */
const BAD_CALL = 2;

const { env, stdout: out, stderr: err, stdin: input } = process;
const log = pinoLog({ level: 'warn', form: 'plain', secrets: new Set<string>(), write: (line) => err.write(line) });
/** Where the server of an installation is, unless SYNCLINE_URL says so. */
const LOCAL_URL = 'http://127.0.0.1:4400';
/** Whether the database is our own, in a directory that nobody else can open meanwhile. */
const alone = env.DATABASE_URL ? 'no' : 'yes';
const parts = { connectors, http: systemHttp, clock: systemClock, random: systemRandom, log };

/**
 * How accounts are connected. A server that others reach by an address of its own keeps them from internal addresses,
 * unless they are allowed; one that serves only this machine has nobody to keep out.
 */
function connecting() {
  return {
    clients: clientsOf(env, connectors),
    mail: env.SYNCLINE_SMTP_URL
      ? smtpMail(env.SYNCLINE_SMTP_URL, env.SYNCLINE_MAIL_FROM ?? 'syncline@localhost')
      : undefined,
    internal: env.SYNCLINE_ALLOW_INTERNAL === '1' || !env.SYNCLINE_URL ? ('allowed' as const) : ('refused' as const),
    signIn: { url: ownAddress(env.SYNCLINE_URL), signOn: signOnSettings(env) },
  };
}

/** The one place where all parts meet: the command line. Answers the exit code. */
async function main(): Promise<number> {
  let exit = 0;
  const program = new Command('syncline')
    .description('Keeps the records of two business apps the same.')
    .version(about.version)
    .exitOverride()
    .configureOutput({ writeErr: (text) => err.write(text), writeOut: (text) => out.write(text) });
  const ends = (code: number) => {
    exit = code;
  };
  addStart(program, ends);
  addSync(program, ends);
  addSimulate(program, ends);
  addWorker(program, workerParts(), ends);
  addBackup(program, backupParts(), ends);
  addRotateKey(program, rotateKeyParts(), ends);
  addResetPassword(program, resetPasswordParts(), ends);
  addServerCommands(program, serverWorld(), ends);
  program
    .command('apps')
    .description('list the apps and what can be synced with each')
    .option('--json', 'print JSON')
    .action((switches: AppsSwitches) => ends(appsCommand(switches, { apps: appTable(connectors), out })));
  const traces = await tracesWanted();
  try {
    await program.parseAsync(process.argv);
    return exit;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : BAD_CALL;
    throw error;
  } finally {
    await traces?.stop();
  }
}

function addStart(program: Command, ends: (code: number) => void): void {
  const start: StartParts['start'] = async ({ text, consent, ...options }) => {
    const file = text === null ? null : { text, environment: env, consent };
    try {
      return await startServer(parts, {
        ...options,
        file,
        openDatabase: databaseAt,
        alone,
        key: env.SYNCLINE_SECRET,
        host: env.SYNCLINE_HOST,
        samples: samplesIn(options.dataDirectory),
        ...connecting(),
      });
    } catch (error) {
      const exit = (error as Error).name === 'ConsentMissing' ? 3 : 2;
      return { error: refusal(error), exit };
    }
  };
  const world: StartParts = {
    start,
    readFile: (path) => readFile(path, 'utf8'),
    openPage: out.isTTY && (env.DISPLAY || env.WAYLAND_DISPLAY) ? openPage : undefined,
    out,
    err,
    stopped,
  };
  program
    .command('start')
    .description('server and worker in one process; the syncs run until it is stopped')
    .argument('[file]', 'a file of accounts and syncs (YAML) to apply first')
    .option('--data <directory>', 'where Syncline keeps its state', env.SYNCLINE_DATA ?? './data')
    .option('--port <port>', 'the port it serves on', '4400')
    .option('--yes', 'start the first syncs of the file without a question')
    .option('--no-open', 'do not open the page in a browser')
    .action(async (file: string | undefined, switches: StartSwitches) =>
      ends(await startCommand(file, switches, world)),
    );
}

/** The apps of the samples: two that know many of the same people. */
function samplesIn(dataDirectory: string) {
  const apps = ['hubspot', 'pipedrive'].flatMap((name) => {
    const load = simulators[name];
    return load ? [{ name, load }] : [];
  });
  return sampleApps({ directory: join(dataDirectory, 'samples'), apps, clock: systemClock, http: systemHttp });
}

function addSync(program: Command, ends: (code: number) => void): void {
  const sync: SyncParts['sync'] = (request) =>
    syncFile({ ...parts, environment: env, openDatabase: databaseAt, alone }, request);
  const stop = new AbortController();
  const world: SyncParts = { sync, readFile: (path) => readFile(path, 'utf8'), out, err, input, stop: stop.signal };
  program
    .command('sync')
    .description('apply a file and run its syncs until nothing is due, without a server')
    .argument('<file>', 'the file of accounts and syncs (YAML)')
    .option('--data <directory>', 'where Syncline keeps its state', env.SYNCLINE_DATA ?? './data')
    .option('--dry-run', 'show what would be done; change nothing')
    .option('--json', 'print one JSON object and nothing else')
    .option('--yes', 'start a first sync without a question')
    .option('--approve', 'let the plan pass its brakes once')
    .action(async (file: string, switches: SyncSwitches) => {
      void stopped().then(() => stop.abort());
      ends(await syncCommand(file, switches, world));
    });
}

function addSimulate(program: Command, ends: (code: number) => void): void {
  const world = { simulators, run: runSimulator, clock: systemClock, http: systemHttp, out, err, stopped };
  program
    .command('simulate')
    .description("run an app's simulator on loopback and print its account as YAML")
    .argument('<app>', `the app: ${Object.keys(simulators).join(', ')}`)
    .option('--port <port>', 'the port it listens on', '0')
    .option('--records <count>', 'how many records it starts with', '100')
    .option('--seed <seed>', 'the seed of its records', '1')
    .option('--same-stamp <count>', 'how many were changed at one moment (where the app tells when)', '0')
    .option('--emails <case>', 'their e-mail addresses: lower, or mixed as people type them', 'lower')
    .option('--limits <switch>', 'on: too many calls are refused as in the app; off', 'on')
    .option('--search-lag <seconds>', 'how long until a change shows in search', '0')
    .option('--latency <milliseconds>', 'how long each answer takes', '0')
    .option('--webhooks <url>', 'send every webhook to this address')
    .action(async (app: string, switches: SimulateSwitches) => ends(await simulateCommand(app, switches, world)));
}

function workerParts(): WorkerParts {
  const work: WorkerParts['work'] = async (dataDirectory) => {
    try {
      const crew = await openCrew(parts, {
        dataDirectory,
        openDatabase: databaseAt,
        alone: 'no',
        key: env.SYNCLINE_SECRET,
        publicUrl: () => ownAddress(env.SYNCLINE_URL) ?? LOCAL_URL,
        ...connecting(),
      });
      await crew.work();
      return { name: crew.installation.engine.worker, stop: crew.stop };
    } catch (error) {
      return { error: refusal(error) };
    }
  };
  return { work, databaseUrl: env.DATABASE_URL, dataDirectory: env.SYNCLINE_DATA ?? './data', out, err, stopped };
}

function backupParts(): BackupParts {
  const told = async (dataDirectory: string, work: Parameters<typeof beside<{ tables: number; rows: number }>>[2]) => {
    try {
      return await beside(placeOf(dataDirectory), { clock: systemClock, log }, work);
    } catch (error) {
      return { error: refusal(error) };
    }
  };
  return {
    backUp: (path, data) => told(data, (connection) => backUp(connection, path)),
    restore: (path, data) => told(data, (connection) => restore(connection, path)),
    dataDirectory: env.SYNCLINE_DATA ?? './data',
    out,
    err,
  };
}

function resetPasswordParts(): ResetPasswordParts {
  const reset: ResetPasswordParts['reset'] = async (email, dataDirectory) => {
    try {
      const password = await beside(placeOf(dataDirectory), { clock: systemClock, log }, async (connection) => {
        const pool = poolAt(connection, log, 1);
        return givePassword(poolDb(pool), systemRandom, email).finally(() => pool.end());
      });
      return { password };
    } catch (error) {
      return { error: refusal(error) };
    }
  };
  return { reset, dataDirectory: env.SYNCLINE_DATA ?? './data', out, err };
}

function rotateKeyParts(): RotateKeyParts {
  const rotate: RotateKeyParts['rotate'] = async (dataDirectory) => {
    const given = { key: env.SYNCLINE_SECRET, next: env.SYNCLINE_NEW_SECRET };
    try {
      const { db, close } = await databaseAt(dataDirectory);
      return { secrets: await rotateKey({ db, random: systemRandom, dataDirectory, given }).finally(close) };
    } catch (error) {
      return { error: refusal(error) };
    }
  };
  return { rotate, dataDirectory: env.SYNCLINE_DATA ?? './data', out, err };
}

/** What commands against a server need; questions are asked only where somebody can answer. */
function serverWorld(): ServerWorld {
  const ask = async (question: string) => {
    const line = createInterface({ input, output: out });
    try {
      const answer = await line.question(`${question} [y/N] `);
      return /^y(es)?$/i.test(answer.trim()) ? ('yes' as const) : ('no' as const);
    } finally {
      line.close();
    }
  };
  const canAsk = input.isTTY && out.isTTY;
  return {
    environment: env,
    fetch,
    readFile: (path) => readFile(path, 'utf8'),
    out,
    err,
    sleep: systemClock.sleep,
    ...(canAsk ? { ask } : {}),
  };
}

function databaseAt(dataDirectory: string) {
  return openDatabase(placeOf(dataDirectory), { clock: systemClock, log });
}

function placeOf(dataDirectory: string) {
  return env.DATABASE_URL ? { url: env.DATABASE_URL } : { dataDir: dataDirectory };
}

/** Traces go to a collector where one is named (OpenTelemetry's own variable); its program is read only then. */
async function tracesWanted() {
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (!endpoint) return null;
  const { exportTraces } = await import('./lib/trace-export.ts');
  return exportTraces(endpoint, env.OTEL_SERVICE_NAME ?? 'syncline');
}

/** Resolves when the process is asked to end. */
function stopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => resolve());
  });
}

endUnread(process);
process.exitCode = await main();
