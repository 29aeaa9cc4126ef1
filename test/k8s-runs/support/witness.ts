import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';

/** Whom jobs tell by themselves what they do, so that it is proved without our asking anybody. Pods reach it on this machine's loopback. */
export interface Witness extends AsyncDisposable {
  /** In the order in which they came; each has arrived before its job went on. */
  readonly lines: readonly string[];
  /** For the beginning of a command: the functions `say WORDS`, and `hold`, which returns once the test releases it. Needs `nc`. */
  readonly functions: string;
  /** Resolves once these were said, however often. */
  heard(line: string | RegExp): Promise<void>;
  /** Lets go of all that hold, and of all to come. */
  release(): void;
}

export const startWitness = async (): Promise<Witness> => {
  const lines: string[] = [];
  const sockets = new Set<Socket>();
  const holding = new Set<Socket>();
  const listeners = new Set<() => void>();
  let released = false;

  const take = (line: string, socket: Socket): void => {
    if (line === 'hold' && !released) return void holding.add(socket);
    if (line !== 'hold') lines.push(line);
    socket.end();
    for (const listener of listeners) listener();
  };
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let text = '';
    sockets.add(socket);
    socket.setEncoding('utf8');
    socket.on('data', (more: string) => {
      text += more;
    });
    socket.on('end', () => take(text.trim(), socket));
    socket.on('error', () => {}); // its job was killed
    socket.on('close', () => {
      sockets.delete(socket);
      holding.delete(socket);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    lines,
    functions: `say() { echo "$*" | nc 127.0.0.1 ${port}; }; hold() { { echo hold | nc 127.0.0.1 ${port}; } 2>/dev/null; }`,
    heard: (line) =>
      new Promise((resolve, reject) => {
        const isIt = (said: string): boolean => (typeof line === 'string' ? said === line : line.test(said));
        const look = (): void => {
          if (!lines.some(isIt)) return;
          clearTimeout(timer);
          listeners.delete(look);
          resolve();
        };
        const timer = setTimeout(() => {
          listeners.delete(look);
          reject(new Error(`Waited in vain for ${line}; said was ${JSON.stringify(lines)}`));
        }, patienceMs);
        listeners.add(look);
        look();
      }),
    release() {
      released = true;
      for (const socket of holding) socket.end();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};

const patienceMs = 30_000;
