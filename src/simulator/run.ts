import { stringify } from 'yaml';
import type { GroundOptions } from './ground.ts';
import type { ServeOptions } from './serve.ts';
import type { ServedSimulator } from './simulator.ts';

/** What `syncline simulate` can ask of any app's simulator. */
export type StartOptions = GroundOptions &
  ServeOptions & {
    /** Sends every webhook to this address; without meaning where the app has none. */
    webhookUrl?: string;
  };

/** What every app's `simulator.ts` exports under this name. */
export type StartSimulator = (options: StartOptions) => Promise<ServedSimulator>;

/** Starts an app's simulator; `yaml` is its account, as a sync file has it under a name. */
export async function runSimulator(
  start: StartSimulator,
  options: StartOptions,
): Promise<{ simulator: ServedSimulator; yaml: string }> {
  const simulator = await start(options);
  return { simulator, yaml: stringify(simulator.account) };
}
