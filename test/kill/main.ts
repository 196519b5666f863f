import { parseArgs } from 'node:util';
import { type KillPlan, runKills } from './kill-runs.ts';
import { withTappedServer } from './tapped-server.ts';

/** After every so many kills on a shared server the next process waits until the dead one's leases have run out. */
const waitsEvery = 6;

/** `npm run kill-runs [-- --kills N --seed S --on embedded|server]`: on the embedded database, then on a PostgreSQL 15 by DATABASE_URL. */
async function main(): Promise<void> {
  const options = {
    kills: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    on: { type: 'string', default: 'both' },
  } as const;
  const { values } = parseArgs({ options });
  const plan = {
    kills: Number(values.kills),
    seed: Number(values.seed),
    tell: (line: string) => console.log(`  ${line}`),
  };
  if (values.on !== 'server') await play('the embedded database', { ...plan, database: null });
  if (values.on === 'embedded') return;
  await withTappedServer(waitsEvery, (database) => play('PostgreSQL 15', { ...plan, seed: plan.seed + 1, database }));
}

async function play(name: string, plan: KillPlan): Promise<void> {
  console.log(`${plan.kills} kills, seed ${plan.seed}, on ${name}`);
  const { kills, moments, pairs } = await runKills(plan);
  const kinds = Object.entries(moments).map(([kind, count]) => `${count} ${kind}`);
  console.log(`${kills} kills (${kinds.join(', ')}), one more run: ${pairs} pairs are equal, nobody stands twice`);
}

await main();
