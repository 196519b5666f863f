import { parseArgs } from 'node:util';
import { play } from './play.ts';

/** `npm run worker-runs`: 200 syncs on three workers, one of them killed and one stopped for a minute. Prints what it saw. */
const { values } = parseArgs({
  options: {
    syncs: { type: 'string', default: '200' },
    rows: { type: 'string', default: '20' },
    stopped: { type: 'string', default: '60' },
    edits: { type: 'string', default: '40' },
  },
});
const say = (line: string) => process.stdout.write(`${line}\n`);
const [pairs, rows] = [Number(values.syncs), Number(values.rows)];
const size = { pairs, rows, stoppedSeconds: Number(values.stopped), editsASecond: Number(values.edits) };
const { edits, lost, twice } = await play(size, say);
say(`${pairs} syncs, ${edits} edits: ${lost} lost, ${twice} records twice`);
if (lost + twice > 0) process.exitCode = 1;
