import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { processExecutor } from '../src/adapters/process-executor/process-executor.ts';
import { createRunyard } from '../src/create-runyard.ts';
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
