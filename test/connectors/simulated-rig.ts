import type { Rig, WebhookRig } from '../../src/connector/conformance.ts';
import { must } from '../../src/lib/assert.ts';
import type { Clock } from '../../src/lib/clock.ts';
import type { SimValues } from '../../src/simulator/sim-record.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { simulatorHttp } from '../../src/simulator/simulator-http.ts';

/** What the rig of every app with a simulator has: its account, simulated time, and trouble on demand. */
export type SimulatedRig = Pick<Rig, 'settings' | 'secrets' | 'http' | 'clock' | 'time' | 'settle' | 'faults' | 'stop'>;

/** The part of a rig that follows from its simulator. */
export function simulatedRig(simulator: Simulator, clock: Clock): SimulatedRig {
  const { admin } = simulator;
  const { settings, secrets } = simulator.accountAt(simulator.url);
  return {
    settings,
    secrets,
    http: simulatorHttp(simulator, clock),
    clock,
    time: 'simulated',
    settle: async () => {},
    faults: {
      throttle: async (seconds) => admin.fault({ kind: '429', seconds }),
      breakBefore: async () => admin.fault({ kind: '500-before' }),
      loseAnswer: async () => admin.fault({ kind: 'drop-after' }),
      cutAnswer: async () => admin.fault({ kind: 'bad-json' }),
    },
    stop: async () => {},
  };
}

/** Notices as the simulator sends them when somebody edits a record so. */
export function noticesOf(
  { admin, courier }: Simulator,
  clock: Clock,
  object: string,
  values: SimValues,
): WebhookRig['notice'] {
  return async (id) => {
    courier?.take();
    admin.edit(object, { update: [{ id, values }] });
    const { method, url, headers, body } = must(courier?.take()[0]);
    return { notice: { method, url, headers, body }, now: clock.now() };
  };
}
