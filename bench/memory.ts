import { syncPair } from './postgres-pair.ts';

/** A process of its own, whose peak memory is its own: syncs so many rows and prints the peak in MB. */
const rows = Number(process.argv[2]);
await syncPair(rows);
process.stdout.write(`${Math.round(process.resourceUsage().maxRSS / 1024)}\n`);
