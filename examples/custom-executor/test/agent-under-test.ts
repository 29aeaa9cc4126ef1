import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExecutorUnderTest, scriptLaunch } from '@runyard/core/testing';
import { startAgent } from '../agent/agent.ts';
import { webhookExecutor } from '../webhook-executor.ts';

/** An agent of its own, the executor in front of it, and what the suite has to do behind the executor's back. */
export const agentUnderTest = async ({ token = 'secret' } = {}): Promise<ExecutorUnderTest> => {
  const dir = await mkdtemp(join(tmpdir(), 'runyard-agent-'));
  const agent = await startAgent({ dir, token: 'secret', port: 0 });
  const create = (token: string) => webhookExecutor({ url: agent.url, token });
  const { signal } = new AbortController();
  const others = { executor: create('secret'), installation: '9'.repeat(32) };

  // The same name, made and started by another installation that uses the same agent.
  const occupy = async (key: string) => {
    const launch = scriptLaunch({ key, installation: others.installation, deed: { does: 'wait' } });
    const handle = await others.executor.prepare(launch, signal);
    await others.executor.start(handle, { launch, signal });
    return { untouched: async () => (await others.executor.inspect(handle, signal)).state === 'running' };
  };

  return {
    executor: create(token),
    another: async () => create(token),
    launch: scriptLaunch,
    alive: (key) => carriers(`RUNYARD_ATTEMPT=${key}`),
    occupy: ({ key }) => occupy(key),
    async unreachable() {
      await agent.hangUp();
      return { back: () => agent.listen() };
    },
    async recycle(handle) {
      await others.executor.remove(handle, signal);
      return occupy(String(handle.key));
    },
    async dispose() {
      for (const installation of ['1'.repeat(32), '2'.repeat(32), others.installation])
        for await (const { handle } of others.executor.list?.(installation, signal) ?? [])
          await others.executor.remove(handle, signal);
      await agent.hangUp();
      await rm(dir, { recursive: true });
    },
  };
};

/** How many living processes have this in their environment. */
const carriers = async (mark: string): Promise<number> => {
  const read = (pid: string, file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
  let alive = 0;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name)))
    if ((await read(pid, 'environ')).split('\0').includes(mark) && !(await read(pid, 'stat')).includes(') Z ')) alive++;
  return alive;
};
