import type { Clock } from '../lib/clock.ts';
import type { Http } from '../lib/http.ts';
import type { StartOptions, StartSimulator } from '../simulator/run.ts';
import type { ServedSimulator } from '../simulator/simulator.ts';

/** The switches of `simulate`, as they were typed. */
export interface SimulateSwitches {
  port: string;
  records: string;
  seed: string;
  sameStamp: string;
  emails: string;
  limits: string;
  searchLag: string;
  latency: string;
  webhooks?: string;
}

/** What the command needs of the world around it. */
export interface SimulateParts {
  simulators: Record<string, () => Promise<StartSimulator>>;
  run(start: StartSimulator, options: StartOptions): Promise<{ simulator: ServedSimulator; yaml: string }>;
  clock: Clock;
  /** Carries the webhooks. */
  http: Http;
  out: NodeJS.WritableStream;
  err: NodeJS.WritableStream;
  /** Resolves when the process is asked to end. */
  stopped(): Promise<void>;
}

/** A switch that cannot be understood, or an app that does not fit it. */
class BadSwitch extends Error {}

const HIGHEST_PORT = 65_535;

/** `syncline simulate APP`: prints the simulator's account as YAML and serves until it is stopped. */
export async function simulateCommand(app: string, switches: SimulateSwitches, parts: SimulateParts): Promise<number> {
  let started: Awaited<ReturnType<typeof start>>;
  try {
    started = await start(app, switches, parts);
  } catch (error) {
    const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    if (!taken && !(error instanceof BadSwitch)) throw error;
    parts.err.write(taken ? `port ${switches.port} is in use: name another\n` : `${(error as Error).message}\n`);
    return 2;
  }
  const { simulator, yaml } = started;
  parts.out.write(yaml.endsWith('\n') ? yaml : `${yaml}\n`);
  await parts.stopped();
  await simulator.stop();
  return 0;
}

async function start(app: string, switches: SimulateSwitches, parts: SimulateParts) {
  const load = parts.simulators[app];
  if (!load)
    throw new BadSwitch(`there is no simulator of ${app}; there are ${Object.keys(parts.simulators).join(', ')}`);
  const { clock, http } = parts;
  const started = await parts.run(await load(), { ...optionsOf(switches), clock, http });
  if (switches.webhooks === undefined || started.simulator.courier) return started;
  await started.simulator.stop();
  throw new BadSwitch(`--webhooks: ${app} has no webhooks`);
}

function optionsOf(switches: SimulateSwitches): Omit<StartOptions, 'clock'> {
  const lag = wholeNumber('--search-lag', switches.searchLag) * 1000;
  const latency = wholeNumber('--latency', switches.latency);
  return {
    port: wholeNumber('--port', switches.port, HIGHEST_PORT),
    records: wholeNumber('--records', switches.records),
    seed: wholeNumber('--seed', switches.seed),
    sameStamp: wholeNumber('--same-stamp', switches.sameStamp),
    emailCase: oneOf('--emails', switches.emails, ['lower', 'mixed']),
    settings: {
      limits: oneOf('--limits', switches.limits, ['on', 'off']),
      searchLagMilliseconds: { atLeast: lag, atMost: lag },
      latencyMilliseconds: { atLeast: latency, atMost: latency },
    },
    ...(switches.webhooks === undefined ? {} : { webhookUrl: addressOf('--webhooks', switches.webhooks) }),
  };
}

function wholeNumber(name: string, typed: string, most = Number.MAX_SAFE_INTEGER): number {
  if (/^\d+$/.test(typed) && Number(typed) <= most) return Number(typed);
  throw new BadSwitch(`${name} takes a whole number${most === HIGHEST_PORT ? ` up to ${most}` : ''}, not '${typed}'`);
}

function oneOf<const T extends string>(name: string, typed: string, choices: readonly T[]): T {
  const chosen = choices.find((each) => each === typed);
  if (chosen !== undefined) return chosen;
  throw new BadSwitch(`${name} is ${choices.join(' or ')}, not '${typed}'`);
}

function addressOf(name: string, typed: string): string {
  const url = URL.parse(typed);
  if (url && /^https?:$/.test(url.protocol)) return typed;
  throw new BadSwitch(`${name} takes an address that begins with http:// or https://, not '${typed}'`);
}
