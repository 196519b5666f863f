import { connect, createServer, type Socket } from 'node:net';

/** Something that stands between clients and a PostgreSQL server, on a port of loopback. */
export interface Between {
  port: number;
  stop(): Promise<void>;
}

/** What becomes of bytes on their way: they pass, the connection ends, or these are the last that pass. */
export type Fate = 'pass' | 'end' | Uint8Array;

/** What watches one connection: `up` sees what the client says, `down` what the server answers. */
export interface Watch {
  up(data: Buffer): Fate;
  down(data: Buffer): Fate;
}

/** Passes all on to the server's socket, as each connection's watch lets it. */
export async function listenBetween(socketPath: string, watch: () => Watch): Promise<Between> {
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(socketPath);
    const { up, down } = watch();
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
    const pass = (to: Socket, data: Buffer, fate: Fate, from: Socket) => {
      if (fate === 'end') return end();
      if (fate === 'pass') return void to.write(data);
      to.end(fate);
      from.destroy();
    };
    near.on('data', (data) => pass(far, data, up(data), near));
    far.on('data', (data) => pass(near, data, down(data), far));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    async stop() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
