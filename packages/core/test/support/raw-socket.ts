import { connect } from 'node:net';

/** A connection that sends whatever bytes a test wants, and keeps what comes. */
export interface RawSocket extends AsyncDisposable {
  /** Rejects where the other side does not take it. */
  send(bytes: string | Uint8Array): Promise<void>;
  /** The head and the body of the next answer, as far as its `Content-Length` says. */
  answer(): Promise<{ status: number; head: string; body: string }>;
  /** The other side has closed the connection, or reset it. */
  closed: Promise<void>;
}

export const rawSocket = async (origin: string): Promise<RawSocket> => {
  const { hostname, port } = new URL(origin);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  let seen = Buffer.alloc(0);
  let more = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  const over = (): void => {
    closed.resolve();
    more.resolve();
  };
  socket.on('data', (bytes) => {
    seen = Buffer.concat([seen, bytes]);
    more.resolve();
  });
  socket.on('end', over).on('close', over).on('error', over);
  return {
    send: (bytes) =>
      new Promise((resolve, reject) => socket.write(bytes, (error) => (error ? reject(error) : resolve()))),
    closed: closed.promise,
    async answer() {
      for (;;) {
        const text = seen.toString('latin1');
        const end = text.indexOf('\r\n\r\n');
        const head = text.slice(0, end);
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
        if (end >= 0 && seen.length >= end + 4 + length) {
          seen = seen.subarray(end + 4 + length);
          const status = Number(head.split(' ')[1]);
          if (status >= 200) return { status, head, body: text.slice(end + 4, end + 4 + length) };
        } else if (socket.readableEnded || socket.destroyed) throw new Error(`The connection was closed: ${text}`);
        else {
          await more.promise;
          more = Promise.withResolvers();
        }
      }
    },
    async [Symbol.asyncDispose]() {
      socket.destroy();
      await closed.promise;
    },
  };
};
