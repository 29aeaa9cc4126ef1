import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { processExecutor } from '../src/adapters/process-executor/process-executor.ts';
import { createRunyard } from '../src/create-runyard.ts';
import { defaultInstallation } from '../src/testing/describe-executor/script-launch.ts';
import { until } from '../src/testing/describe-executor/until.ts';
import { commandLaunch, processBench, procText } from './support/process-attempts.ts';
import { temporaryHost } from './temporary-host.ts';

const engines = resolve(import.meta.dirname, '../../../test/engines');
const { signal } = new AbortController();
afterEach(() => void vi.unstubAllEnvs());

it.runIf(process.platform === 'linux')(
  'local jobs take turns on the GPUs of the machine: what a job sees, no other one sees meanwhile',
  async () => {
    await using host = await temporaryHost();
    const claims = join(host.dataDir, 'claims');
    const notes = join(host.dataDir, 'notes');
    await mkdir(claims);
    await appendFile(notes, '');
    vi.stubEnv('PATH', `${join(engines, 'fake-gpu')}:${process.env.PATH}`);
    vi.stubEnv('FAKE_GPUS', join(engines, 'fake-gpus/eight.txt'));
    await using runyard = await createRunyard({
      dataDir: host.dataDir,
      executors: { process: processExecutor({ capacity: { cpu: 64, memory: '64Gi' } }) },
      sizes: {
        two: { cpu: 1, memory: '1Mi', gpu: { count: 2, model: 'H100' } },
        one: { cpu: 1, memory: '1Mi', gpu: { count: 1, model: 'H100' } },
        cut: { cpu: 1, memory: '1Mi', gpu: { count: 1, mig: '1g.10gb' } },
      },
    });
    // A claim that is there already, and another number of devices than was asked for, fail the job.
    const command = (devices: number): string => `
      set -e
      held=$(echo "$CUDA_VISIBLE_DEVICES" | tr , ' ')
      [ $(echo $held | wc -w) = ${devices} ]
      for device in $held; do mkdir "${claims}/$device"; done
      echo "$held" >>"${notes}"
      sleep 0.1
      for device in $held; do rmdir "${claims}/$device"; done`;
    const started = [];
    for (const [size, devices] of [
      ['two', 2],
      ['one', 1],
      ['cut', 1],
    ] as const) {
      const { id } = await runyard.jobs.create({ name: size, command: command(devices), size });
      for (let n = 0; n < 5; n++) started.push(await runyard.jobs.start(id));
    }
    const ended = await Promise.all(started.map(({ id }) => runyard.runs.wait(id, { signal })));
    expect(ended.map(({ state }) => state)).toEqual(started.map(() => 'succeeded'));
    const seen = (await readFile(notes, 'utf8')).trim().split('\n');
    expect(seen).toHaveLength(15);
    expect(seen.filter((line) => line.startsWith('MIG-'))).toHaveLength(5);
    expect(seen.filter((line) => line.includes('GPU-41000000'))).toHaveLength(10);
  },
);

describe.runIf(process.platform === 'linux')('what a job with GPUs left running when it ended', () => {
  const listed = { uuid: 'GPU-a1000000-0000-4000-8000-000000000009', model: 'NVIDIA L4', memoryBytes: 2 ** 30 };
  const leavesOne = (pidFile: string, before = '') => `${before} sleep 30 & echo $! >${pidFile}`;
  const lives = async (pid: number) => !/^$|^\d+ \(.*\) Z/s.test(await procText(pid, 'stat'));

  it('is gone before the next one has its device', async () => {
    await using host = await temporaryHost();
    const pidFile = join(host.dataDir, 'left');
    await using runyard = await createRunyard({
      dataDir: host.dataDir,
      executors: { process: processExecutor({ gpus: [listed] }) },
      sizes: { gpu: { cpu: 1, memory: '1Mi', gpu: { count: 1 } } },
    });
    const left = await runyard.jobs.create({ name: 'left', command: leavesOne(pidFile), size: 'gpu' });
    const next = await runyard.jobs.create({
      name: 'next',
      command: `pid=$(cat ${pidFile}); ! grep -qs sleep /proc/$pid/cmdline`,
      size: 'gpu',
    });
    const [first, second] = [await runyard.jobs.start(left.id), await runyard.jobs.start(next.id)];
    expect((await runyard.runs.wait(first.id, { signal })).state).toBe('succeeded');
    expect(await lives(Number(await readFile(pidFile, 'utf8')))).toBe(false);
    expect((await runyard.runs.wait(second.id, { signal })).state).toBe('succeeded');
  });

  it('counts as running, with its devices, until somebody has waited for it; one without GPUs has ended', async () => {
    await using bench = await processBench({ gpus: [listed] });
    const { executor, host } = bench;
    const seen = async () => {
      const all = [];
      for await (const { state, gpus } of executor.list?.(defaultInstallation, signal) ?? []) all.push([state, gpus]);
      return all;
    };
    const pidFile = join(host.dataDir, 'left');
    const handle = await bench.started(commandLaunch(leavesOne(pidFile), { gpus: [listed.uuid] }));
    await until(async () => (await readFile(bench.note(handle, 'exit'), 'utf8').catch(() => '')) !== '', 'its end');
    const pid = Number(await readFile(pidFile, 'utf8'));
    expect(await seen()).toEqual([['running', [listed.uuid]]]);
    expect(await executor.inspect(handle, signal)).toEqual({ state: 'running' });
    const enough = new AbortController();
    enough.abort(new Error('enough'));
    await expect(executor.wait(handle, { signal: enough.signal, onProgress() {} })).rejects.toThrow('enough');
    expect(await lives(pid)).toBe(true);
    expect(await bench.outcome(handle)).toMatchObject({ class: 'exited', code: 0, phase: 'command' });
    expect(await lives(pid)).toBe(false);
    expect(await seen()).toEqual([['finished', [listed.uuid]]]);
    await executor.remove(handle, signal);
    const other = await bench.started(commandLaunch(leavesOne(pidFile)));
    await bench.outcome(other);
    expect(await lives(Number(await readFile(pidFile, 'utf8')))).toBe(true);
    expect(await seen()).toEqual([['finished', undefined]]);
  });
});
