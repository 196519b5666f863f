import { type Between, listenBetween } from '../partners/between.ts';

/** Something on the way to a PostgreSQL server that tells of each commit, once it is done and before its answer arrives. */
export interface Tap extends Between {
  /** Called at each commit. 'drop' keeps the answer back and ends the connection. */
  onCommit: () => 'pass' | 'drop';
}

/** Listens on loopback and passes all on to the server's socket. */
export async function startTap(socketPath: string): Promise<Tap> {
  const between = await listenBetween(socketPath, () => {
    let isCommitting = false;
    return {
      up(data) {
        if (data.includes('commit\0')) isCommitting = true;
        return 'pass';
      },
      down() {
        const isAnswer = isCommitting;
        isCommitting = false;
        return isAnswer && tap.onCommit() === 'drop' ? 'end' : 'pass';
      },
    };
  });
  const tap: Tap = { ...between, onCommit: () => 'pass' };
  return tap;
}
