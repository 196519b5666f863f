import type { Clock } from '../lib/clock.ts';
import type { StartSimulator } from '../simulator/run.ts';
import type { ServedSimulator } from '../simulator/simulator.ts';

/** The switches of `simulate`. */
export interface SimulateSwitches {
  port: string;
  records: string;
  seed: string;
}

/** What the command needs of the world around it. */
export interface SimulateParts {
  simulators: Record<string, () => Promise<StartSimulator>>;
  run(
    start: StartSimulator,
    options: { port: number; records: number; seed: number; clock: Clock },
  ): Promise<{ simulator: ServedSimulator; yaml: string }>;
  clock: Clock;
  out: NodeJS.WritableStream;
  err: NodeJS.WritableStream;
  /** Resolves when the process is asked to end. */
  stopped(): Promise<void>;
}

/** `syncline simulate APP`: prints the simulator's account as YAML and serves until it is stopped. */
export async function simulateCommand(app: string, switches: SimulateSwitches, parts: SimulateParts): Promise<number> {
  const load = parts.simulators[app];
  if (!load) {
    parts.err.write(`there is no simulator of ${app}; there are ${Object.keys(parts.simulators).join(', ')}\n`);
    return 2;
  }
  const numbers = { port: Number(switches.port), records: Number(switches.records), seed: Number(switches.seed) };
  for (const [name, value] of Object.entries(numbers)) {
    if (Number.isInteger(value) && value >= 0) continue;
    parts.err.write(`--${name} takes a whole number\n`);
    return 2;
  }
  const { simulator, yaml } = await parts.run(await load(), { ...numbers, clock: parts.clock });
  parts.out.write(yaml.endsWith('\n') ? yaml : `${yaml}\n`);
  await parts.stopped();
  await simulator.stop();
  return 0;
}
