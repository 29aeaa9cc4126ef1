import { connect } from 'node:net';

export interface Load {
  port: number;
  request: string;
  connections: number;
  forMs: number;
}

export interface Measured {
  requests: number;
  perSecond: number;
  p50: number;
  /** Ms. */
  p99: number;
}

/** Asks the same again and again on connections that stay open, each as soon as the answer before is there. Throws on any answer but 200. */
export const load = async ({ port, request, connections, forMs }: Load): Promise<Measured> => {
  const times: number[] = [];
  const bytes = Buffer.from(request);
  const until = performance.now() + forMs;
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port });
      socket.setNoDelay(true);
      let seen = Buffer.alloc(0);
      let sentAt = 0;
      const send = (): void => {
        sentAt = performance.now();
        socket.write(bytes);
      };
      socket.on('error', reject);
      socket.on('connect', send);
      socket.on('data', (more) => {
        seen = seen.length === 0 ? more : Buffer.concat([seen, more]);
        const end = seen.indexOf('\r\n\r\n');
        if (end < 0) return;
        const head = seen.toString('latin1', 0, end);
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
        if (seen.length < end + 4 + length) return;
        if (!head.startsWith('HTTP/1.1 200')) return reject(new Error(seen.toString('utf8').slice(0, 500)));
        seen = Buffer.alloc(0);
        const now = performance.now();
        times.push(now - sentAt);
        if (now < until) send();
        else {
          socket.destroy();
          resolve();
        }
      });
    });
  const began = performance.now();
  await Promise.all(Array.from({ length: connections }, one));
  const seconds = (performance.now() - began) / 1000;
  times.sort((a, b) => a - b);
  const at = (part: number): number => times[Math.floor(times.length * part)] ?? Number.NaN;
  return { requests: times.length, perSecond: times.length / seconds, p50: at(0.5), p99: at(0.99) };
};
