import { type ClientHttp2Session, connect, createServer, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nodeHandler } from '../src/http/node/node-handler.ts';
import { type HttpHost, httpHost } from './support/http-host.ts';

const faults: object[] = [];
let host: HttpHost;
let server: Http2Server;
let client: ClientHttp2Session;
let open = 0;
beforeAll(async () => {
  const quiet = () => undefined;
  const logger = { debug: quiet, info: quiet, warn: quiet, error: (fields: object) => void faults.push(fields) };
  host = await httpHost({}, { logger, authenticate: () => ({ kind: 'user', id: 'ada', admin: true }) });
  const handle = nodeHandler(host.app);
  server = createServer((request, response) => {
    open++;
    request.stream.once('close', () => open--);
    void handle(request as never, response as never);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterAll(async () => {
  client.close();
  await new Promise((resolve) => server.close(resolve));
  await host[Symbol.asyncDispose]();
});

const send = (method: string, path: string, body?: string): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const stream = client.request({ ':method': method, ':path': path });
    let status = 0;
    let text = '';
    stream.setEncoding('utf8');
    stream.on('response', (headers) => {
      status = headers[':status'] ?? 0;
    });
    stream.on('data', (part) => {
      text += part;
    });
    stream.on('error', reject).on('close', () => resolve({ status, text }));
    stream.end(body);
  });

it('over HTTP/2, a body that is refused before its end leaves no stream open, and its connection as good as before', async () => {
  for (let n = 0; n < 6; n++) {
    const { status, text } = await send('POST', '/api/jobs', 'x'.repeat(1_500_000));
    expect([status, JSON.parse(text).code]).toEqual([413, 'body-too-large']);
  }
  await expect.poll(() => open).toBe(0);
  const large = JSON.stringify({ name: 'large', command: ['noop'] }) + ' '.repeat(200_000);
  expect((await send('POST', '/api/jobs', large)).status).toBe(201);
});

it('over HTTP/2, a client that goes on with a body that is refused is told to stop', async () => {
  const stream = client.request({ ':method': 'POST', ':path': '/api/jobs' });
  const told = new Promise((resolve) => stream.on('end', resolve).resume());
  const chunk = 'x'.repeat(100_000);
  let isTold = false;
  void told.then(() => {
    isTold = true;
  });
  while (!isTold) await new Promise((resolve) => stream.write(chunk, resolve));
  await expect.poll(() => open, { timeout: 5_000 }).toBe(0);
  stream.destroy();
});

it.each(['trace', 'TRACE', 'track', 'Connect', 'get'])(
  'over HTTP/2, the method %s is 405, and no fault of ours',
  async (method) => {
    const { status, text } = await send(method, '/api/jobs');
    expect([status, JSON.parse(text).code]).toEqual([405, 'method-not-allowed']);
    expect(faults).toEqual([]);
  },
);
