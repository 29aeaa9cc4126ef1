import { connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between a client and a server, and breaks their connections when a test says so. */
export interface CuttingProxy extends AsyncDisposable {
  origin: string;
  /** How many connections clients have made. */
  connections: number;
  /** Breaks every connection that is open. */
  cut(): void;
  /** Breaks the connection that asks for this next, when the server has answered and before the client hears of it. */
  loseAnswerTo(start: string): void;
}

export const cuttingProxy = async (to: { port: number }): Promise<CuttingProxy> => {
  const pairs = new Set<[Socket, Socket]>();
  let losing: string | null = null;
  const server: Server = createServer((client) => {
    proxy.connections++;
    const upstream = connect(to.port, '127.0.0.1');
    const pair: [Socket, Socket] = [client, upstream];
    pairs.add(pair);
    let isLost = false;
    const end = (): void => {
      pairs.delete(pair);
      for (const socket of pair) socket.destroy();
    };
    client.on('data', (data) => {
      if (losing !== null && data.toString('latin1').startsWith(losing)) {
        losing = null;
        isLost = true;
      }
      upstream.write(data);
    });
    upstream.on('data', (data) => {
      if (isLost) end();
      else client.write(data);
    });
    for (const socket of pair) socket.on('close', end).on('error', end);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const proxy: CuttingProxy = {
    origin: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    connections: 0,
    cut: () => {
      for (const [client, upstream] of pairs) for (const socket of [client, upstream]) socket.resetAndDestroy();
    },
    loseAnswerTo: (start) => {
      losing = start;
    },
    [Symbol.asyncDispose]: async () => {
      proxy.cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
};

export const portOf = (server: { address(): unknown }): { port: number } => server.address() as { port: number };
