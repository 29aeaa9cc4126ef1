import { connect, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import type { LogLine } from '../src/services/api.ts';
import type { Runyard } from '../src/services/runyard.ts';
import { type HttpHost, httpHost } from './support/http-host.ts';

const lineBytes = 10_000;
const enough = 10_000; // 100 MB

/** A run whose log has 100 MB of lines, and how many of them were asked for. */
const printing = async (host: HttpHost): Promise<{ id: string; asked: () => number; ended: Promise<void> }> => {
  const job = await host.job();
  const run = await host.runyard.jobs.start(job.id);
  const ended = Promise.withResolvers<void>();
  let asked = 0;
  async function* lines(): AsyncGenerator<LogLine> {
    try {
      while (asked < enough) yield { cursor: `1.${++asked}`, at: 0, stream: 'stdout', text: 'x'.repeat(lineBytes) };
    } finally {
      ended.resolve();
    }
  }
  const servicesFor: Runyard['as'] = (...given) => {
    const services = host.runyard.as(...given);
    return { ...services, runs: { ...services.runs, logs: () => lines() } };
  };
  Object.assign(host.runyard.http, { servicesFor });
  return { id: run.id, asked: () => asked, ended: ended.promise };
};

const stalled = async (host: HttpHost, path: string, accept: string): Promise<Socket> => {
  const { hostname, port } = new URL(host.origin);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('error', () => undefined);
  socket.pause();
  const head = [`GET ${path} HTTP/1.1`, 'Host: x', `Authorization: token ${host.token}`, `Accept: ${accept}`];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  return socket;
};

/** What a number comes to: it stays as it is for a quarter of a second. */
const settled = async (read: () => number): Promise<number> => {
  for (let last = -1; ; ) {
    const now = read();
    if (now === last && now > 0) return now;
    last = now;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
};

it.each(['text/event-stream', 'application/x-ndjson', 'text/plain'])(
  'of a log of 100 MB, a reader of %s that stalls has a few MB read, and gets all of it when it goes on',
  async (accept) => {
    await using host = await httpHost();
    const { id, asked, ended } = await printing(host);
    const socket = await stalled(host, `/api/runs/${id}/logs?follow=true`, accept);
    // What the kernel keeps of a connection counts too.
    expect((await settled(asked)) * lineBytes).toBeLessThan(16 * 2 ** 20);
    let got = 0;
    socket.on('data', (bytes) => {
      got += bytes.length;
    });
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    socket.resume();
    await ended;
    await closed;
    // The run goes on: as text, a log that ends before it does is one that breaks off, with what was on its way.
    expect(got).toBeGreaterThan(0.99 * enough * lineBytes);
  },
);

it('a `Response` that is not read on has no more than a few chunks read', async () => {
  await using host = await httpHost();
  const { id, asked, ended } = await printing(host);
  const headers = { authorization: `token ${host.token}` };
  const { body } = await host.app.fetch(new Request(`http://x/api/runs/${id}/logs?follow=true`, { headers }));
  const reader = body?.getReader();
  await reader?.read();
  expect((await settled(asked)) * lineBytes).toBeLessThan(2 ** 18);
  await reader?.cancel();
  await ended;
});

it('a reader that takes nothing for long is cut off, and what it read is let go', async () => {
  await using host = await httpHost({ readerStallMs: 100 });
  const { id, ended } = await printing(host);
  const socket = await stalled(host, `/api/runs/${id}/logs?follow=true`, 'text/event-stream');
  await ended;
  socket.destroy();
});

it('HEAD of a log reads nothing of it on', async () => {
  await using host = await httpHost();
  const { id, ended } = await printing(host);
  expect((await host.call('HEAD', `/api/runs/${id}/logs`)).status).toBe(200);
  await ended;
});

it('a reader that takes nothing of an answer that is no log is cut off as well, and all that it asked for is let go', async () => {
  await using host = await httpHost({ readerStallMs: 100 });
  for (let n = 0; n < 50; n++)
    await host.job({ name: `job-${n}`, environment_variables: { FILLER: 'x'.repeat(60_000) } });
  const open = new Set<Socket>();
  host.server.on('connection', (socket) => void open.add(socket.once('close', () => open.delete(socket))));
  const path = '/api/jobs?page_size=50';
  const one = await stalled(host, path, 'application/json');
  for (let n = 0; n < 5; n++)
    one.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: token ${host.token}\r\n\r\n`);
  await expect.poll(() => open.size).toBe(1);
  await expect.poll(() => open.size, { timeout: 5_000 }).toBe(0);
  one.destroy();
  const whole = await host.call('GET', path);
  expect(((await whole.json()) as { jobs: unknown[] }).jobs).toHaveLength(50);
});
