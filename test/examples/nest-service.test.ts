import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const alice = { 'x-api-key': 'alices-key' };
const folder = fileURLToPath(new URL('../../examples/nest-service', import.meta.url));
let dataDir: string;
let service: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'runyard-nest-service-'));
  await promisify(execFile)(process.execPath, [`${folder}/node_modules/typescript/bin/tsc`, '-p', folder]);
  service = await startService();
});
afterAll(async () => {
  await service.end();
  await rm(dataDir, { recursive: true, force: true });
});

const get = (path: string, headers: Record<string, string>) => fetch(`${service.url}/api${path}`, { headers });
const jobs = async (headers: Record<string, string>) => {
  const { jobs } = (await (await get('/jobs', headers)).json()) as {
    jobs: { id: string; name: string; scheduled: boolean }[];
  };
  return jobs;
};

describe('examples/nest-service', () => {
  it('has the jobs of its methods, for the group that owns them and for no one else', async () => {
    expect(await jobs(alice)).toMatchObject([
      { name: 'daily-report', scheduled: true, owner: { group_id: 'reports' } },
      { name: 'count-days', scheduled: false, owner: { group_id: 'reports' } },
    ]);
    expect(await jobs({ 'x-api-key': 'bobs-key' })).toEqual([]);
  });

  it('is behind the guard of the service', async () => {
    const refused = await get('/jobs', {});
    expect([refused.status, await refused.json()]).toMatchObject([401, { message: 'Send a known key as X-Api-Key.' }]);
  });

  it.each([
    ['a command, whose variables a method tells', 'daily-report', 'report for Mon,Tue,Wed,Thu,Fri\n'],
    ['a method', 'count-days', 'Mon\nTue\nWed\nThu\nFri\n'],
  ])('starts %s by POST, and shows its log to the end', async (_, name, line) => {
    const job = (await jobs(alice)).find((one) => one.name === name);
    const started = await fetch(`${service.url}/api/jobs/${job?.id}/start`, { method: 'POST', headers: alice });
    expect(started.status).toBe(200);
    const log = await fetch(`${service.url}${started.headers.get('location')}/logs?follow=true`, { headers: alice });
    expect(await log.text()).toContain(line);
    const run = await fetch(`${service.url}${started.headers.get('location')}`, { headers: alice });
    expect(await run.json()).toMatchObject({ state: 'succeeded', requested_by: 'alice' });
  });

  it("has Runyard's operations in its own Swagger document", async () => {
    const document = await (await fetch(`${service.url}/docs-json`)).json();
    expect(document).toMatchObject({ info: { title: 'Our service' }, paths: { '/api/jobs/{job_id}/start': {} } });
  });

  it('keeps the job over a restart, unchanged', async () => {
    const [before] = await jobs(alice);
    await service.end();
    service = await startService();
    expect((await jobs(alice))[0]).toMatchObject({ id: before?.id, revision: 1 });
  });
});

// The one command of the example, on a port and with a folder of its own.
async function startService() {
  const child = spawn(process.execPath, [`${folder}/dist/main.js`], {
    env: { ...process.env, PORT: '0', DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^listening on (\S+)$/.exec(line)?.[1];
    if (url !== undefined) return { url, end };
  }
  throw new Error(`the service ended before it listened: ${(await exited).join(' ')}`);

  // Told politely, it lets go of Runyard before it exits.
  async function end(): Promise<void> {
    child.kill('SIGTERM');
    await exited;
  }
}
