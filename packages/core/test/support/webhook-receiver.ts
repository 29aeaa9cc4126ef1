import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';

export interface Received {
  headers: IncomingHttpHeaders;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever was posted
  body: any;
}

export interface Receiver extends AsyncDisposable {
  url: string;
  received: Received[];
  /** How it answers from now on. Default: 200. */
  answer(how: (response: ServerResponse, count: number) => void): void;
  /** Waits for so many requests in all. */
  count(requests: number): Promise<Received[]>;
  /** Answers nobody any more, until `up`; on the same port. */
  down(): Promise<void>;
  up(): Promise<void>;
}

/** A real HTTP server on loopback that keeps what is posted to it. */
export const webhookReceiver = async (): Promise<Receiver> => {
  const received: Received[] = [];
  let how: Parameters<Receiver['answer']>[0] = (response) => response.writeHead(200).end('thanks');
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const text = Buffer.concat(parts).toString('utf8');
    received.push({ headers: request.headers, text, body: JSON.parse(text) });
    how(response, received.length);
  });
  const up = (port: number): Promise<void> => new Promise((done) => server.listen(port, '127.0.0.1', done));
  const down = (): Promise<void> =>
    new Promise((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  await up(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    answer: (next) => {
      how = next;
    },
    async count(requests) {
      await expect.poll(() => received.length, { timeout: 5000 }).toBe(requests);
      return received;
    },
    down,
    up: () => up(port),
    [Symbol.asyncDispose]: () => (server.listening ? down() : Promise.resolve()),
  };
};

/** The signature by the words of the specification, with nothing of ours. */
export const signatureBySpec = ({ headers, text }: Received, secret: string): string => {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${text}`;
  return `v1,${createHmac('sha256', key).update(content, 'utf8').digest('base64')}`;
};
