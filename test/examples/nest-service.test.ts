import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const alice = { 'x-api-key': 'alices-key' };
let dataDir: string;
let service: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'runyard-nest-service-'));
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
  it('has the job that it applies at boot, for the group that owns it and for no one else', async () => {
    expect(await jobs(alice)).toMatchObject([
      { name: 'daily-report', scheduled: true, owner: { group_id: 'reports' } },
    ]);
    expect(await jobs({ 'x-api-key': 'bobs-key' })).toEqual([]);
  });

  it('is behind the guard of the service', async () => {
    const refused = await get('/jobs', {});
    expect([refused.status, await refused.json()]).toMatchObject([401, { message: 'Send a known key as X-Api-Key.' }]);
  });

  it('starts the job by POST and shows its log to the end', async () => {
    const [job] = await jobs(alice);
    const started = await fetch(`${service.url}/api/jobs/${job?.id}/start`, { method: 'POST', headers: alice });
    expect(started.status).toBe(200);
    const log = await fetch(`${service.url}${started.headers.get('location')}/logs?follow=true`, { headers: alice });
    expect(await log.text()).toContain('report for today\n');
    const run = await fetch(`${service.url}${started.headers.get('location')}`, { headers: alice });
    expect(await run.json()).toMatchObject({ state: 'succeeded', exit_code: 0, requested_by: 'alice' });
  });

  it('keeps the job over a restart, unchanged', async () => {
    const [before] = await jobs(alice);
    await service.end();
    service = await startService();
    expect(await jobs(alice)).toMatchObject([{ id: before?.id, revision: 1 }]);
  });
});

// The one command of the example, on a port and with a folder of its own.
async function startService() {
  const main = fileURLToPath(new URL('../../examples/nest-service/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main], {
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
