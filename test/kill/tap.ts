import { connect, createServer, type Socket } from 'node:net';

/** Something on the way to a PostgreSQL server that tells of each commit, once it is done and before its answer arrives. */
export interface Tap {
  port: number;
  /** Called at each commit. 'drop' keeps the answer back and ends the connection. */
  onCommit: () => 'pass' | 'drop';
  stop(): Promise<void>;
}

/** Listens on loopback and passes all on to the server's socket. */
export async function startTap(socketPath: string): Promise<Tap> {
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(socketPath);
    let isCommitting = false;
    const end = () => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        open.delete(socket);
        end();
      });
    }
    near.on('data', (data) => {
      if (data.includes('commit\0')) isCommitting = true;
      far.write(data);
    });
    far.on('data', (data) => {
      const isAnswer = isCommitting;
      isCommitting = false;
      if (isAnswer && tap.onCommit() === 'drop') return end();
      near.write(data);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const tap: Tap = {
    port: typeof address === 'object' && address ? address.port : 0,
    onCommit: () => 'pass',
    async stop() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return tap;
}
