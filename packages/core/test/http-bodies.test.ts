import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHttpApp } from '../src/http/create-http-app.ts';
import { testRunyard } from '../src/testing/test-runyard/test-runyard.ts';
import { type HttpHost, httpHost } from './support/http-host.ts';
import { rawSocket } from './support/raw-socket.ts';
import { slowCall } from './support/slow-body.ts';

let host: HttpHost;
beforeAll(async () => {
  host = await httpHost();
});
afterAll(() => host[Symbol.asyncDispose]());

const head = (lines: string[], on = host, path = '/api/jobs') =>
  [`POST ${path} HTTP/1.1`, 'Host: x', `Authorization: token ${on.token}`, ...lines, '', ''].join('\r\n');
const tooMuch = 2 ** 20 + 1;

// Connections are closed two seconds later: the tests wait for that together.
describe.concurrent('a body over the limit', () => {
  it.each([
    ['whose length says so', [`Content-Length: ${tooMuch}`], ''],
    ['whose length says so, and that waits for 100', [`Content-Length: ${tooMuch}`, 'Expect: 100-continue'], ''],
    ['that says no length', ['Transfer-Encoding: chunked'], `${tooMuch.toString(16)}\r\n${'x'.repeat(tooMuch)}\r\n`],
  ])('%s is 413 before it is whole, and its connection closed', async (_, lines, begun) => {
    await using socket = await rawSocket(host.origin);
    await socket.send(head(lines) + begun);
    const answer = await socket.answer();
    expect([answer.status, JSON.parse(answer.body).code]).toEqual([413, 'body-too-large']);
    expect(answer.head.toLowerCase()).toContain('connection: close');
    await socket.closed;
  });

  it('is answered also where the client reads only when it has sent all of it', async () => {
    await using socket = await rawSocket(host.origin);
    const length = 10 * 2 ** 20;
    await socket.send(head([`Content-Length: ${length}`]));
    await socket.send(Buffer.alloc(length, 'x'));
    expect((await socket.answer()).status).toBe(413);
    await socket.closed;
  });

  it('does not keep its connection open, however long it goes on', async () => {
    await using socket = await rawSocket(host.origin);
    await socket.send(head(['Transfer-Encoding: chunked']));
    let isOpen = true;
    void socket.closed.then(() => {
      isOpen = false;
    });
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    while (isOpen) await socket.send(chunk).catch(() => undefined);
    expect((await socket.answer()).status).toBe(413);
  });
});

it.concurrent('who is refused while he sends has his connection closed, and one that has sent all keeps it', async () => {
  await using sending = await rawSocket(host.origin);
  await sending.send('POST /api/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{');
  expect((await sending.answer()).head.toLowerCase()).toContain('connection: close');
  await sending.closed;
  await using sent = await rawSocket(host.origin);
  const whole = 'POST /api/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n{';
  for (let n = 0; n < 2; n++) {
    await sent.send(whole);
    const answer = await sent.answer();
    expect([answer.status, answer.head.toLowerCase()]).toEqual([401, expect.not.stringContaining('connection: close')]);
  }
});

describe('a client that is slow', () => {
  it.concurrent('is cut off with 408 when nothing more of its body comes', async () => {
    await using host = await httpHost({ bodyStallMs: 20 });
    await using socket = await rawSocket(host.origin);
    await socket.send(`${head(['Content-Length: 100'], host)}{"name":`);
    const answer = await socket.answer();
    expect([answer.status, JSON.parse(answer.body).code]).toEqual([408, 'body-too-slow']);
    expect(JSON.parse(answer.body).detail).toBe('Nothing more of the body came for 20 ms. Send it again, faster.');
    await socket.closed;
  });

  it('is cut off with 408 when its body trickles for longer than a whole one may take', async () => {
    await using t = await testRunyard({ authenticate: () => ({ kind: 'user', id: 'ann' }) });
    const app = createHttpApp(t.runyard, { bodyTimeoutMs: 5_000, bodyStallMs: 2_000 });
    let pulled = Promise.withResolvers<ReadableStreamDefaultController<Uint8Array>>();
    const body = new ReadableStream<Uint8Array>(
      { pull: (controller) => pulled.resolve(controller) },
      { highWaterMark: 0 },
    );
    const request = new Request('http://x/api/jobs', { method: 'POST', body, duplex: 'half' } as RequestInit);
    const answering = app.fetch(request);
    for (const step of [1_500, 1_500, 1_500, 500]) {
      const controller = await pulled.promise;
      pulled = Promise.withResolvers();
      controller.enqueue(new TextEncoder().encode(' '));
      await pulled.promise;
      await t.clock.advance(step);
    }
    const answer = await answering;
    expect([answer.status, await answer.json()]).toMatchObject([
      408,
      { code: 'body-too-slow', detail: expect.stringContaining('within 5000 ms') },
    ]);
  });

  it('that is quick enough is taken, and leaves no timer', async () => {
    await using t = await testRunyard({ authenticate: () => ({ kind: 'user', id: 'ann' }) });
    const call = slowCall(createHttpApp(t.runyard), '/jobs', { token: '-', body: { name: 'x', command: 'x' } });
    await call.reading;
    await t.clock.advance(9_000);
    call.go();
    expect((await call.answer).status).toBe(201);
    await t.clock.advance(60_000);
  });
});

it('a body that breaks off is a fault of nobody here', async () => {
  const errors: object[] = [];
  const quiet = () => undefined;
  const logger = { debug: quiet, info: quiet, warn: quiet, error: (fields: object) => void errors.push(fields) };
  await using host = await httpHost({}, { logger });
  const socket = await rawSocket(host.origin);
  await socket.send(`${head(['Content-Length: 100'], host)}{"name":`);
  await socket[Symbol.asyncDispose]();
  await expect.poll(() => connections(host)).toBe(0);
  expect(errors).toEqual([]);
});

const connections = ({ server }: HttpHost): Promise<number> =>
  new Promise((resolve, reject) => server.getConnections((error, count) => (error ? reject(error) : resolve(count))));
