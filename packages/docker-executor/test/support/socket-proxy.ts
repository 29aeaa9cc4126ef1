import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createConnection, createServer, type Socket } from 'node:net';

/** Stands in front of an engine's socket, and can be shut, as a network can. */
export interface SocketProxy extends AsyncDisposable {
  readonly path: string;
  /** Breaks every connection, and takes no new one. */
  shut(): Promise<void>;
  open(): Promise<void>;
  /** Lets nothing through any more on the connections that there are, and tells nobody; new ones are as before. */
  freeze(): void;
}

export const socketProxy = async (path: string, engine: string): Promise<SocketProxy> => {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = createConnection({ path: engine, allowHalfOpen: true });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.once('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.on('error', () => {});
    }
    near.pipe(far).pipe(near);
  });
  const open = async (): Promise<void> => {
    await rm(path, { force: true });
    server.listen(path);
    await once(server, 'listening');
  };
  const shut = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await open();
  return {
    path,
    open,
    shut,
    freeze() {
      for (const socket of sockets) socket.unpipe();
    },
    async [Symbol.asyncDispose]() {
      await shut();
      await rm(path, { force: true });
    },
  };
};
