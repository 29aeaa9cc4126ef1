import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errno } from '../../src/adapters/process-executor/files.ts';
import { type ProcessExecutorOptions, processExecutor } from '../../src/adapters/process-executor/process-executor.ts';
import type { Handle } from '../../src/domain/run/run.ts';
import type { Executor, Launch } from '../../src/ports/executor.ts';
import type { Host } from '../../src/ports/host.ts';
import { plainOutput } from '../../src/testing/describe-executor/plain-output.ts';
import { type DeedLaunch, scriptLaunch } from '../../src/testing/describe-executor/script-launch.ts';
import { temporaryHost } from '../temporary-host.ts';

const { signal } = new AbortController();

/** Pids of the living processes of an attempt, seen without the executor: by their environment. */
export async function carriers(key: string): Promise<number[]> {
  const found: number[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const [environ, stat] = await Promise.all([procText(pid, 'environ'), procText(pid, 'stat')]);
    if (environ.split('\0').includes(`RUNYARD_ATTEMPT=${key}`) && !/^\d+ \(.*\) Z/s.test(stat)) found.push(Number(pid));
  }
  return found;
}

/** Kills them all. One may end by itself when another is killed. */
export const killCarriers = async (key: string): Promise<void> => {
  for (const pid of await carriers(key)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (errno(error) !== 'ESRCH') throw error;
    }
  }
};

export const procText = (pid: number | string, file: string): Promise<string> =>
  readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');

/** Ends and removes every attempt of a host. */
export async function removeAll(host: Host): Promise<void> {
  const executor = processExecutor()(host);
  await executor.place(signal);
  for (const installation of (await readdir(join(host.dataDir, 'attempts'))).filter((name) => name !== 'place'))
    for await (const { handle } of executor.list?.(installation, signal) ?? []) await executor.remove(handle, signal);
  await executor.close?.();
}

/** A process executor on a data directory of its own, and the few verbs that tests tell things in. */
export async function processBench(options: ProcessExecutorOptions = {}) {
  const host = await temporaryHost();
  const executor: Executor = processExecutor(options)(host);
  await executor.place(signal);
  const bench = {
    host,
    executor,
    signal,
    folder: (handle: Handle) => join(host.dataDir, 'attempts', `${handle.installation}`, `${handle.key}.${handle.id}`),
    note: (handle: Handle, name: string) => join(bench.folder(handle), 'state', name),
    async started(job: DeedLaunch | Launch) {
      const launch = 'script' in job ? job : scriptLaunch(job);
      const handle = await executor.prepare(launch, signal);
      await executor.start(handle, { launch, signal });
      return handle;
    },
    outcome: (handle: Handle) => executor.wait(handle, { signal, onProgress: () => {} }),
    async output(handle: Handle, follow = false) {
      const parts: Uint8Array[] = [];
      for await (const { bytes } of executor.logs?.(handle, { follow, signal }) ?? []) parts.push(bytes);
      return plainOutput(parts);
    },
    async printed(handle: Handle, text: string) {
      for await (const { bytes } of executor.logs?.(handle, { follow: true, signal }) ?? [])
        if (Buffer.from(bytes).includes(text)) return;
      throw new Error(`It ended without printing ${text}.`);
    },
    async [Symbol.asyncDispose]() {
      await removeAll(host);
      await executor.close?.();
      await host[Symbol.asyncDispose]();
    },
  };
  return bench;
}

/** A launch of any command. */
export const commandLaunch = (command: string, parts: Partial<Launch> = {}): Launch => {
  const launch = scriptLaunch({ ...parts, deed: { does: 'print', text: '' } });
  return {
    ...launch,
    script: {
      ...launch.script,
      text: launch.script.text.replace(/exec sh -c '.*/s, () => `exec sh -c ${quote(command)} sh\n`),
    },
  };
};

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
