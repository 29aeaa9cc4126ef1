// A framework with Runyard on it, in a process of its own: `server.ts <framework> <memory|sqlite> <starts a second>`. Tells its parent the port, the token and a job, or why there is none.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRunyard, functionExecutor, memoryStore, mintToken, sqliteStore } from '@runyard/core';
import { createHttpApp } from '@runyard/core/http';
import { frameworks } from './frameworks/all.ts';

const [name = '', store = 'sqlite', starts = '0'] = process.argv.slice(2);
const dataDir = await mkdtemp(join(tmpdir(), 'runyard-bench-'));
const { token, record } = mintToken({ name: 'bench', scopes: ['admin'] });
const runyard = await createRunyard({
  dataDir,
  store: store === 'memory' ? memoryStore() : sqliteStore(),
  executors: { function: functionExecutor({ functions: { act: () => undefined } }) },
  tokens: [record],
});
const job = await runyard.jobs.create({ name: 'act', command: ['act'], description: 'Does nothing, over and over.' });
const app = createHttpApp(runyard);
const ask = async (method: string, path: string): Promise<object> => {
  const headers = { authorization: `token ${token}` };
  return (await app.fetch(new Request(`http://bench/api${path}`, { method, headers }))).json() as Promise<object>;
};
const answers = { started: await ask('POST', `/jobs/${job.id}/start`), job: await ask('GET', `/jobs/${job.id}`) };
const told = await frameworks[name]?.listen(runyard, answers).then(
  (port) => ({ port, token, job: job.id }),
  (error: unknown) => ({ sentence: error instanceof Error ? error.message : String(error) }),
);
process.send?.(told ?? { sentence: `there is no framework '${name}'` });
const starting = Number(starts) > 0 ? setInterval(() => runyard.jobs.start(job.id), 1000 / Number(starts)) : undefined;
process.on('message', async (asked) => {
  if (asked === 'cpu') return process.send?.(process.cpuUsage());
  clearInterval(starting);
  await runyard.close();
  await rm(dataDir, { recursive: true, force: true });
  process.exit();
});
