import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { eightGpus } from '../../../test/engines/fake-gpus.ts';
import { dockerRuns, useDocker } from '../../../test/engines/use-docker.ts';
import { useWorkbench } from './support/workbench.ts';

const engines = resolve(import.meta.dirname, '../../../test/engines');
const { signal } = new AbortController();
afterEach(() => void vi.unstubAllEnvs());

describe.skipIf(!dockerRuns)('devices are read again at once', () => {
  const engine = useDocker({ fakeGpus: eightGpus });
  const bench = useWorkbench(engine);

  /** The driver of this machine tells one device fewer from now on; nobody has asked it yet. */
  const shrinks = async (list: string): Promise<void> => {
    const devices = await readFile(list, 'utf8');
    await writeFile(list, devices.replace(/^gpu 7 .*\n/m, ''));
  };

  it.each([
    ['its start', 'GPU-ffffffff-0000-4000-8000-000000000000'],
    ['its preparation', 'GPU-ffffffffffffffff'],
  ])('where an attempt fails at %s because its device is gone', async (_, uuid) => {
    const list = join(engine().dir, 'told.txt');
    await copyFile(join(engines, 'fake-gpus/eight.txt'), list);
    vi.stubEnv('PATH', `${join(engines, 'fake-gpu')}:${process.env.PATH}`);
    vi.stubEnv('FAKE_GPUS', list);
    const { executor, launch, start } = bench({ gpus: 'auto' });
    const devices = async () => (await executor.capacity?.(signal))?.gpus.length;
    expect(await devices()).toBe(14);
    const failed = expect(start(launch({ sh: 'true', gpus: [uuid] }))).rejects.toMatchObject({
      outcome: { class: 'start-failed', reason: 'gpu-missing' },
    });
    await failed;
    await shrinks(list);
    expect(await devices()).toBe(13);
    expect(await devices()).toBe(13);
  });
});
