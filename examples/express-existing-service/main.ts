// `node main.ts`: the service, and a day with it over HTTP. `node main.ts --serve --port 3000` leaves it up.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, newBrowser } from './browser.ts';
import { startService } from './service.ts';

const { values } = parseArgs({
  options: {
    serve: { type: 'boolean', default: false },
    port: { type: 'string', default: '0' },
    'data-dir': { type: 'string' },
  },
});

const aDay = async (url: string): Promise<void> => {
  const nobody = newBrowser(url);
  say(`Without a session: GET /ops/api/jobs -> ${(await nobody.ask('GET', '/ops/api/jobs')).status}`);

  const ann = newBrowser(url);
  await ann.ask('POST', '/login', { login: 'ann', password: 'ann says hello' });
  const jobs = await jobsOf(ann);
  for (const { name, next_run_at } of jobs) say(`Ann of accounting sees the job '${name}', due at ${next_run_at}`);

  const bob = newBrowser(url);
  await bob.ask('POST', '/login', { login: 'bob', password: 'bob says hello' });
  say(`Bob of sales sees ${(await jobsOf(bob)).length} jobs`);
  const close = jobs.find(({ name }) => name === 'monthly-close');
  if (!close) throw new Error('the job monthly-close is not there');
  const refused = await bob.ask('POST', `/ops/api/jobs/${close.id}/start`);
  say(`Bob: POST /ops/api/jobs/${close.id}/start -> ${refused.status} ${refused.json<{ code: string }>().code}`);
  const notHis = await bob.ask('POST', '/invoices/2026-019/remind');
  say(`Bob: POST /invoices/2026-019/remind -> ${notHis.status} ${notHis.json<{ error: string }>().error}`);

  const started = await ann.ask('POST', `/ops/api/jobs/${close.id}/start`);
  await follow(ann, started.json<{ run: { id: string } }>().run.id);
  const reminded = await ann.ask('POST', '/invoices/2026-019/remind');
  await follow(ann, reminded.json<{ run: string }>().run);

  await ann.ask('POST', '/logout');
  say(`Ann has signed out: GET /ops/api/jobs -> ${(await ann.ask('GET', '/ops/api/jobs')).status}`);
};

const jobsOf = async (browser: Browser) =>
  (await browser.ask('GET', '/ops/api/jobs')).json<{ jobs: { id: string; name: string; next_run_at: string }[] }>()
    .jobs;

// The answer comes line by line while the job runs, and ends with it.
const follow = async (browser: Browser, runId: string): Promise<void> => {
  for await (const text of browser.stream(`/ops/api/runs/${runId}/logs?follow=true`))
    process.stdout.write(text.replace(/^(?=.)/gm, '  | '));
  const run = (await browser.ask('GET', `/ops/api/runs/${runId}`)).json<{ state: string; requested_by: string }>();
  say(`Run ${runId}: ${run.state}, asked for by user ${run.requested_by}`);
};

const say = (text: string): void => console.log(text);

await using stack = new AsyncDisposableStack();
const dataDir = values['data-dir'] ?? (await mkdtemp(join(tmpdir(), 'express-existing-service-')));
if (values['data-dir'] === undefined) stack.defer(() => rm(dataDir, { recursive: true, force: true }));
const service = stack.use(await startService({ dataDir, port: Number(values.port) }));
say(`The service is up at ${service.url}, with Runyard under /ops.`);
if (values.serve) {
  const ann = JSON.stringify({ login: 'ann', password: 'ann says hello' });
  say(`Sign in: curl -c cookies --json '${ann}' ${service.url}/login`);
  say(`and ask: curl -b cookies ${service.url}/ops/api/jobs`);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  await once(stop.signal, 'abort');
} else await aDay(service.url);
