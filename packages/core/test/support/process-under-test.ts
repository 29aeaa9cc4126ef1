import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processExecutor } from '../../src/adapters/process-executor/process-executor.ts';
import type { Handle } from '../../src/domain/run/run.ts';
import type { Executor } from '../../src/ports/executor.ts';
import type { ExecutorUnderTest, Stranger } from '../../src/testing/describe-executor/describe-executor.ts';
import { scriptLaunch } from '../../src/testing/describe-executor/script-launch.ts';
import { until } from '../../src/testing/describe-executor/until.ts';
import { temporaryHost } from '../temporary-host.ts';
import { carriers, killCarriers, removeAll } from './process-attempts.ts';

export interface ProcessUnderTest extends ExecutorUnderTest {
  /** Where an attempt's claim lies. */
  claim(handle: Handle): string;
}

const gpus = [1, 2].map((n) => ({
  uuid: `GPU-a1000000-0000-4000-8000-00000000000${n}`,
  model: 'NVIDIA L4',
  memoryBytes: 2 ** 30,
}));

/** The process executor on a data directory of its own, for `describeExecutor`. */
export const processUnderTest = async (): Promise<ProcessUnderTest> => {
  const host = await temporaryHost();
  const executor: Executor = processExecutor({ gpus })(host);
  await executor.place(new AbortController().signal);
  const strangers: AsyncDisposable[] = [];
  const claim = ({ installation, key, id }: Handle): string =>
    join(host.dataDir, 'attempts', `${installation}`, `${key}.${id}`, 'state', 'claim');
  return {
    executor,
    another: async () => processExecutor({ gpus })(host),
    launch: scriptLaunch,
    gpus: gpus.map(({ uuid }) => uuid),
    claim,
    alive: async (key) => (await carriers(key)).length,
    async occupy({ key, installation }) {
      const name = join(host.dataDir, 'attempts', installation, `${key}.0123456789abcdef`);
      await mkdir(join(name, '..'), { recursive: true });
      await symlink('/etc', name);
      return { untouched: async () => (await readdir(name)).includes('passwd') };
    },
    // As a disk that is not mounted.
    async unreachable() {
      const elsewhere = `${host.dataDir}.elsewhere`;
      await rename(host.dataDir, elsewhere);
      return { back: () => rename(elsewhere, host.dataDir) };
    },
    // As when all of it was killed, and another process got the supervisor's pid.
    async recycle(handle) {
      const key = String(handle.key);
      await killCarriers(key);
      await until(async () => (await carriers(key)).length === 0, 'the attempt to be dead');
      const stranger = await bystander();
      strangers.push(stranger);
      const lines = (await readFile(claim(handle), 'utf8')).split('\n');
      await writeFile(claim(handle), lines.with(3, String(stranger.pid)).join('\n'));
      return stranger;
    },
    async dispose() {
      for (const stranger of strangers) await stranger[Symbol.asyncDispose]();
      await removeAll(host);
      await rm(host.dataDir, { recursive: true, force: true });
    },
  };
};

/** Another process of ours, as any on the machine might be. Leads its own group and session, as a supervisor does. */
export const bystander = async (): Promise<Stranger & AsyncDisposable & { pid: number }> => {
  const child = spawn('sleep', ['1000'], { stdio: 'ignore', detached: true });
  await once(child, 'spawn');
  const lives = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    pid: child.pid ?? 0,
    // Dead only once its parent has heard of it.
    async untouched() {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return lives();
    },
    async [Symbol.asyncDispose]() {
      if (!lives()) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
};
