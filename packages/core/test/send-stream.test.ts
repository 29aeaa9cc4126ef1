import { once } from 'node:events';
import { createServer, request, type ServerResponse } from 'node:http';
import { connect, createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { isGone } from '../src/http/node/is-gone.ts';
import { sendStream } from '../src/http/node/send-stream.ts';

const leave = {
  'HTTP/1': (port: number) => {
    const asking = request({ port, host: '127.0.0.1' }).on('error', () => undefined);
    asking.end();
    return () => asking.destroy();
  },
  'HTTP/2': (port: number) => {
    const session = connect(`http://127.0.0.1:${port}`);
    const asking = session.request({ ':path': '/' }).on('error', () => undefined);
    return () => {
      asking.close(8);
      session.close();
    };
  },
};

it.each(['HTTP/1', 'HTTP/2'] as const)(
  'a stream for a client that left before it began is cancelled, and nothing is waited for (%s)',
  async (version) => {
    const came = Promise.withResolvers<ServerResponse>();
    const listener = (_: unknown, response: unknown): void => came.resolve(response as ServerResponse);
    const server = version === 'HTTP/1' ? createServer(listener) : createHttp2Server(listener);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const go = leave[version]((server.address() as AddressInfo).port);
    const response = await came.promise;
    const closed = once(response, 'close');
    go();
    await closed;
    await expect.poll(() => isGone(response)).toBe(true);
    const told: string[] = [];
    const pipe = async (write: (chunk: string) => Promise<void> | void): Promise<void> => {
      told.push('begun');
      await write('x');
    };
    await sendStream({ pipe, cancel: () => void told.push('cancelled') }, response, 60_000);
    expect(told).toEqual(['cancelled']);
    server.close();
    await once(server, 'close');
  },
);
