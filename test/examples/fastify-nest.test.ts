import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../../examples/fastify-nest', import.meta.url));
const headers = { 'x-staff': 'alice' };
let dataDir: string;
let service: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'runyard-fastify-nest-'));
  await promisify(execFile)(process.execPath, [`${folder}/node_modules/typescript/bin/tsc`, '-p', folder]);
  service = await startService();
});
afterAll(async () => {
  await service.end();
  await rm(dataDir, { recursive: true, force: true });
});

describe('examples/fastify-nest', () => {
  it('lets staff alone to the routes of Runyard, and everybody to its own', async () => {
    expect((await fetch(`${service.url}/ops/jobs`)).status).toBe(403);
    const health = await fetch(`${service.url}/health`);
    expect([health.status, await health.json()]).toMatchObject([200, { details: { runyard: { status: 'up' } } }]);
  });

  it('shows the log of a method while it runs, until SIGTERM ends the stream, the method and the service', async () => {
    const listed = (await (await fetch(`${service.url}/ops/jobs`, { headers })).json()) as { jobs: { id: string }[] };
    const json = { ...headers, 'content-type': 'application/json' };
    const url = `${service.url}/ops/jobs/${listed.jobs[0]?.id}/start`;
    const started = await fetch(url, { method: 'POST', headers: json });
    expect(started.status).toBe(200);
    const log = await fetch(`${service.url}${started.headers.get('location')}/logs`, {
      headers: { ...headers, accept: 'text/event-stream' },
    });
    let text = '';
    for await (const chunk of log.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      if (text.includes('batch 2')) service.tell('SIGTERM');
    }
    expect(text).not.toContain('event: end');
    expect(await service.exited).toEqual([null, 'SIGTERM']);
  });
});

async function startService() {
  const child = spawn(process.execPath, [`${folder}/dist/main.js`], {
    env: { ...process.env, PORT: '0', DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const tell = (signal: NodeJS.Signals): void => void child.kill(signal);
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^listening on (\S+)$/.exec(line)?.[1];
    if (url !== undefined) return { url, exited, tell, end };
  }
  throw new Error(`the service ended before it listened: ${(await exited).join(' ')}`);

  async function end(): Promise<void> {
    child.kill('SIGKILL');
    await exited;
  }
}
