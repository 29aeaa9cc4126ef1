import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Told, told } from './told.ts';

const main = fileURLToPath(new URL('../../examples/express-existing-service/main.ts', import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runyard-express-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('examples/express-existing-service', () => {
  it('goes as it is told, to its end, and leaves nothing behind', async () => {
    const day: Told = await told(main, [], { TMPDIR: folder });
    expect(day).toMatchObject({ exit: 0, err: '' });
    expect(day.out).toMatch(/Without a session: GET \/ops\/api\/jobs -> 401\n/);
    expect(day.out).toMatch(/Bob of sales sees 0 jobs\nBob: POST \S+ -> 404 job-not-found\nBob: POST \S+ -> 403 /);
    expect(day.out).toMatch(/ {2}\| closing last month: archive\nRun \S+: succeeded, asked for by user 17\n/);
    expect(day.out).toMatch(/ {2}\| reminded the customer of 2026-019\nRun \S+: succeeded, asked for by user 17\n/);
    expect(day.out).toMatch(/Ann has signed out: GET \/ops\/api\/jobs -> 401\n$/);
    expect(await readdir(folder)).toEqual([]);
  });

  it('answers in the words of the service where the service refuses, in those of Runyard below /ops', async () => {
    await using service = await served();
    const broken = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' };
    const theirs = await fetch(`${service.url}/login`, broken);
    expect([theirs.status, Object.keys(await answerOf(theirs))]).toEqual([400, ['error']]);
    const unsigned = await fetch(`${service.url}/invoices/1/remind`, { method: 'POST' });
    expect([unsigned.status, await unsigned.json()]).toEqual([401, { error: 'Sign in first.' }]);
    const ours = await fetch(`${service.url}/ops/api/jobs`);
    expect([ours.status, await answerOf(ours)]).toMatchObject([401, { code: 'unauthenticated' }]);
  });
});

const answerOf = async (response: Response) => (await response.json()) as object;

const served = async () => {
  const args = [main, '--serve', '--data-dir', join(folder, 'data')];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /is up at (http:\S+),/.exec(line)?.[1];
    if (url === undefined) continue;
    return {
      url,
      async [Symbol.asyncDispose]() {
        child.kill('SIGTERM');
        expect(await exited).toEqual([0, null]);
      },
    };
  }
  throw new Error(`it ended before it listened: ${await exited}`);
};
