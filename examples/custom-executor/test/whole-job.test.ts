import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createRunyard, type Runyard } from '@runyard/core';
import { EventRecorder, testRunyard } from '@runyard/core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { webhookExecutor } from '../webhook-executor.ts';

let dir: string;
let agent: { url: string; process: ChildProcess };
const startAgent = async (port = '0') => {
  const main = fileURLToPath(new URL('../agent/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, '--dir', join(dir, 'agent'), '--port', port], {
    env: { ...process.env, AGENT_TOKEN: 'secret' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout }))
    return { url: line.replace('listening on ', ''), process: child };
  throw new Error('The agent ended before it listened.');
};
const endAgent = async () => {
  if (agent.process.kill('SIGKILL')) await once(agent.process, 'exit');
};
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'runyard-webhook-job-'));
  agent = await startAgent();
});
afterAll(async () => {
  await endAgent();
  await rm(dir, { recursive: true, force: true });
});

const remote = () => ({ webhook: webhookExecutor({ url: agent.url, token: 'secret' }) });
const logOf = async (runyard: Runyard, id: string): Promise<string[]> => {
  const lines: string[] = [];
  for await (const { stream, text } of runyard.runs.logs(id)) if (stream !== 'phase') lines.push(text.trimEnd());
  return lines;
};
// What is lost would be tried again.
const backoff = { infrastructureLimit: 0 };
// Begins, then waits until somebody makes the file.
const begun = async (runyard: Runyard, go: string) => {
  const command = `echo begun; while [ ! -e '${go}' ]; do sleep 0.05; done; echo done`;
  const job = await runyard.jobs.create({ name: 'remote', executor: 'webhook', command, backoff });
  using events = new EventRecorder(runyard);
  const run = await runyard.jobs.start(job.id);
  await events.waitFor('run.running');
  for await (const { text } of runyard.runs.logs(run.id, { follow: true })) if (text.startsWith('begun')) break;
  return run.id;
};

describe.skipIf(process.platform !== 'linux')('a job on a remote agent', () => {
  it('runs from start to end, its failure retried', async () => {
    await using test = await testRunyard({ executors: remote() });
    const job = await test.runyard.jobs.create({
      name: 'remote',
      executor: 'webhook',
      command: 'echo "attempt $RUNYARD_ATTEMPT"; case $RUNYARD_ATTEMPT in *.1) exit 3;; esac',
      backoff: { limit: 1 },
    });
    const { id } = await test.runyard.jobs.start(job.id);
    await test.events.waitFor('attempt.ended');
    await test.clock.advance(10_000); // before a retry
    const run = await test.runyard.runs.wait(id);
    expect(run).toMatchObject({ state: 'succeeded', attempt: 2 });
    expect(await logOf(test.runyard, id)).toEqual([`attempt ${id}.1`, `attempt ${id}.2`]);
  });

  it('goes on while the host is away; the next one adopts it, with its log whole', async () => {
    const [dataDir, go] = [join(dir, 'host'), join(dir, 'go')];
    const first = await createRunyard({ dataDir, executors: remote() });
    const id = await begun(first, go);
    await first.close();
    await writeFile(go, '');
    await using second = await createRunyard({ dataDir, executors: remote() });
    expect(await second.runs.wait(id)).toMatchObject({ state: 'succeeded' });
    expect(await logOf(second, id)).toEqual(['begun', 'done']);
  });

  it('whose agent died waits for it, and is lost only when the agent itself says so', async () => {
    await using runyard = await createRunyard({ dataDir: join(dir, 'host-2'), executors: remote() });
    const id = await begun(runyard, join(dir, 'never'));
    const ended = runyard.runs.wait(id);
    const { port } = new URL(agent.url);
    await endAgent();
    expect(await runyard.runs.get(id)).toMatchObject({ state: 'running' });
    agent = await startAgent(port);
    expect(await ended).toMatchObject({ state: 'failed', reason: 'lost' });
  });
});
