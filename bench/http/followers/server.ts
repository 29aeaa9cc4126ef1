// A host with one run that says so many lines when it is told to: `server.ts <lines> <pause in ms>`. At `/bare` a route that only sends each line on. Tells its parent the port, the token and the run, and its memory when it is asked.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createRunyard, functionExecutor, mintToken, sqliteStore } from '@runyard/core';
import { runyardRouter } from '@runyard/express-router';
import express, { type Response } from 'express';

const [lines = '', pauseMs = ''] = process.argv.slice(2);
const dataDir = await mkdtemp(join(tmpdir(), 'runyard-bench-'));
const { token, record } = mintToken({ name: 'bench', scopes: ['admin'] });
const bare = new Set<Response>();
const told = Promise.withResolvers<void>();
const talk = async ({ log }: { log(line: string): void }): Promise<void> => {
  await told.promise;
  for (let n = 0; n < Number(lines); n++) {
    const line = `line ${n} of what everybody wants to see as soon as it is written`;
    log(line);
    for (const response of bare) response.write(`data: ${JSON.stringify({ text: line })}\n\n`);
    await pause(Number(pauseMs));
  }
  for (const response of bare) response.end('event: end\ndata: {}\n\n');
};
const runyard = await createRunyard({
  dataDir,
  store: sqliteStore(),
  executors: { function: functionExecutor({ functions: { talk } }) },
  tokens: [record],
});
const job = await runyard.jobs.create({ name: 'talk', command: ['talk'] });
const run = await runyard.jobs.start(job.id);
const app = express();
app.get('/bare', (_request, response) => {
  response.set({ 'content-type': 'text/event-stream', 'cache-control': 'no-store', connection: 'close' });
  response.flushHeaders();
  bare.add(response);
});
const server = createServer(app.use(runyardRouter(runyard)));
// Of a thousand that come at once, none is to be refused.
await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 2048 }, resolve));
process.on('message', async (asked) => {
  if (asked === 'memory') return process.send?.({ rss: process.memoryUsage.rss(), cpu: process.cpuUsage() });
  if (asked === 'talk') return told.resolve();
  await runyard.close();
  await rm(dataDir, { recursive: true, force: true });
  process.exit();
});
process.send?.({ port: (server.address() as AddressInfo).port, token, run: run.id });
