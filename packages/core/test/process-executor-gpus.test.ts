import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ProcessExecutorOptions } from '../src/adapters/process-executor/process-executor.ts';
import { visibleGpus } from '../src/adapters/process-executor/visible-gpus.ts';
import { localDrivers } from '../src/adapters/shared/gpu/local-drivers.ts';
import { localGpus } from '../src/adapters/shared/gpu/local-gpus.ts';
import type { ExecutorInput } from '../src/ports/executor.ts';
import { defaultInstallation } from '../src/testing/describe-executor/script-launch.ts';
import { ManualClock } from '../src/testing/manual-clock/manual-clock.ts';
import { commandLaunch, processBench } from './support/process-attempts.ts';

const engines = resolve(import.meta.dirname, '../../../test/engines');
const fake = join(engines, 'fake-gpu');
const a100 = (n: number): string => `GPU-a1000000-0000-4000-8000-00000000000${n}`;
const { signal } = new AbortController();
const gpuJob = { hardware: 'gpu', image: null, scale: 1, secrets: [], extraPackages: null } as unknown as ExecutorInput;

beforeEach(() => {
  vi.stubEnv('PATH', `${fake}:${process.env.PATH}`);
  vi.stubEnv('FAKE_GPUS', join(engines, 'fake-gpus/eight.txt'));
});
afterEach(() => void vi.unstubAllEnvs());

/** What a job prints of the variables that choose a device. */
const seen = async (options: ProcessExecutorOptions, held: string[], env: Record<string, string> = {}) => {
  await using bench = await processBench(options);
  const launch = commandLaunch(`echo "$CUDA_VISIBLE_DEVICES|$NVIDIA_VISIBLE_DEVICES|\${CUDA_VISIBLE_DEVICES+set}"`, {
    gpus: held,
    env,
  });
  const handle = await bench.started(launch);
  await bench.outcome(handle);
  return (await bench.output(handle)).trim();
};

describe.runIf(process.platform === 'linux')('a machine with NVIDIA GPUs', () => {
  it('its GPUs and instances are there to be shared out', async () => {
    await using bench = await processBench();
    const told = await bench.executor.capacity?.(signal);
    expect(told?.gpus).toHaveLength(14);
    expect(told?.gpus.filter(({ mig }) => mig === '1g.10gb')).toHaveLength(7);
    expect(told?.gpus.map(({ uuid }) => uuid)).not.toContain(a100(6)); // in MIG mode
    expect(bench.executor.parseSpec(gpuJob)).toEqual({});
  });

  it('a job sees the devices that it holds, whatever it says itself', async () => {
    const both = `${a100(2)},${a100(0)}`;
    expect(await seen({}, [a100(2), a100(0)], { CUDA_VISIBLE_DEVICES: '1', NVIDIA_VISIBLE_DEVICES: 'all' })).toBe(
      `${both}|${both}|set`,
    );
  });

  it('who holds which device is found again without us', async () => {
    await using bench = await processBench();
    const keys = [];
    for (const gpus of [[a100(1), a100(3)], []]) {
      const launch = commandLaunch('true', { gpus });
      await bench.executor.prepare(launch, signal);
      keys.push(launch.key);
    }
    const listed = new Map<string, unknown>();
    for await (const { key, gpus } of bench.executor.list?.(defaultInstallation, signal) ?? []) listed.set(key, gpus);
    expect(keys.map((key) => listed.get(key))).toEqual([[a100(1), a100(3)], undefined]);
  });

  it('a job that holds none sees none', async () => {
    expect(await seen({}, [], { CUDA_VISIBLE_DEVICES: '0' })).toBe('|void|set');
  });

  it.each<[string, ProcessExecutorOptions, RegExp]>([
    ['told to give none', { gpus: 'none' }, /`hardware` is 'gpu'.*`gpus` is 'none'/],
    ['counting nothing', { capacity: 'unlimited' }, /`capacity` is 'unlimited'/],
  ])('%s, it refuses jobs that want one, and the others see none', async (_, options, sentence) => {
    await using bench = await processBench(options);
    expect(() => bench.executor.parseSpec(gpuJob)).toThrow(
      expect.objectContaining({ code: 'gpu-unavailable', message: expect.stringMatching(sentence) }),
    );
    expect((await bench.executor.capacity?.(signal))?.gpus ?? []).toEqual([]);
    expect(await seen(options, [], { CUDA_VISIBLE_DEVICES: '0' })).toBe('|void|set');
  });

  it('a job that holds none sees none, also while nobody can say which ones there are', async () => {
    vi.stubEnv('FAKE_GPU_FAIL', 'Failed to initialize NVML: Driver/library version mismatch');
    expect(await seen({}, [], { CUDA_VISIBLE_DEVICES: '0' })).toBe('|void|set');
  });

  it('while the driver fails, an attempt that holds a device of which more must be known waits, and does not fail', async () => {
    vi.stubEnv('FAKE_GPU_FAIL', 'Failed to initialize NVML: Driver/library version mismatch');
    await using bench = await processBench();
    const launch = commandLaunch('true', { gpus: ['amd-0000:43:00.0'] });
    await expect(bench.started(launch)).rejects.toMatchObject({
      code: 'executor-unavailable',
      message: expect.stringMatching(/amd-0000:43:00.0.*version mismatch/),
    });
    await bench.started(commandLaunch('true', { gpus: [a100(0)] }));
  });

  it('a driver that fails leaves none to share out', async () => {
    vi.stubEnv('FAKE_GPU_FAIL', 'Failed to initialize NVML: Driver/library version mismatch');
    await using bench = await processBench();
    expect(await bench.executor.capacity?.(signal)).toMatchObject({ cpu: expect.any(Number), gpus: [] });
    expect((await localGpus()(signal)).problem).toMatch(/exit code 18.*version mismatch/);
  });
});

describe.runIf(process.platform === 'linux')('a machine without a driver', () => {
  it('has its drivers told by their files, or by a tool on the PATH', async () => {
    const root = await mkdtemp(join(tmpdir(), 'runyard-root-'));
    onTestFinished(() => rm(root, { recursive: true }));
    const clock = new ManualClock();
    const look = () => localDrivers({ clock, root })();
    expect(await look()).toEqual({ nvidia: true, amd: false }); // the stand-in is on the PATH
    vi.stubEnv('PATH', root);
    expect(await look()).toEqual({ nvidia: false, amd: false });
    await mkdir(join(root, 'dev'));
    await writeFile(join(root, 'dev/kfd'), '');
    expect(await look()).toEqual({ nvidia: false, amd: true });
    await mkdir(join(root, 'proc/driver/nvidia'), { recursive: true });
    expect(await look()).toEqual({ nvidia: true, amd: true });
    await rm(join(root, 'proc'), { recursive: true });
    await writeFile(join(root, 'dev/nvidiactl'), '');
    const kept = localDrivers({ clock, root });
    expect(await kept()).toEqual({ nvidia: true, amd: true });
    await rm(join(root, 'dev'), { recursive: true });
    expect(await kept()).toEqual({ nvidia: true, amd: true });
    await clock.advance(60_000);
    expect(await kept()).toEqual({ nvidia: false, amd: false });
  });

  it.runIf(!existsSync('/dev/nvidiactl') && !existsSync('/dev/kfd'))('changes nothing in what a job sees', async () => {
    const bare = await mkdtemp(join(tmpdir(), 'runyard-path-'));
    onTestFinished(() => rm(bare, { recursive: true }));
    await symlink('/bin/sh', join(bare, 'sh'));
    vi.stubEnv('PATH', bare);
    expect(await seen({}, [], { CUDA_VISIBLE_DEVICES: '0' })).toBe('0||set');
    expect(await seen({}, [])).toBe('||');
  });
});

describe('AMD', () => {
  const amd = (uuid: string, index: number) => ({
    uuid,
    index,
    model: 'MI210',
    memoryBytes: 1,
    vendor: 'amd' as const,
  });
  const none = { nvidia: false, amd: false };
  const two = [amd('GPU-719f2d333d5c6ff2', 0), amd('amd-0000:43:00.0', 1)];

  it('devices are shown by their id, else by their slot, and counted anew from 0', () => {
    expect(visibleGpus(['amd-0000:43:00.0', 'GPU-719f2d333d5c6ff2'], { devices: two, drivers: none })).toEqual({
      ROCR_VISIBLE_DEVICES: '1,GPU-719f2d333d5c6ff2',
      HIP_VISIBLE_DEVICES: '0,1',
      CUDA_VISIBLE_DEVICES: '0,1',
    });
    expect(visibleGpus([], { devices: two, drivers: none })).toEqual({
      ROCR_VISIBLE_DEVICES: '',
      HIP_VISIBLE_DEVICES: '-1',
      CUDA_VISIBLE_DEVICES: '-1',
    });
  });

  it('its driver alone keeps a job that holds none from seeing any', () => {
    const hidden = visibleGpus([], { devices: [], drivers: { nvidia: false, amd: true } });
    expect(hidden).toEqual(visibleGpus([], { devices: two, drivers: none }));
    expect(visibleGpus([], { devices: [], drivers: none })).toEqual({});
  });

  it('beside NVIDIA each sees its own', () => {
    const mixed = [...two, { uuid: a100(0), model: 'A100', memoryBytes: 1 }];
    expect(visibleGpus([a100(0)], { devices: mixed, drivers: none })).toEqual({
      ROCR_VISIBLE_DEVICES: '',
      HIP_VISIBLE_DEVICES: '-1',
      CUDA_VISIBLE_DEVICES: a100(0),
      NVIDIA_VISIBLE_DEVICES: a100(0),
    });
  });

  it('one that is gone is still taken for what it was', () => {
    expect(visibleGpus(['GPU-719f2d333d5c6ff2'], { devices: [], drivers: none }).ROCR_VISIBLE_DEVICES).toBe(
      'GPU-719f2d333d5c6ff2',
    );
  });
});

const real = ['/usr/bin/nvidia-smi', '/usr/local/bin/nvidia-smi'].some((path) => existsSync(path));
describe.skipIf(!real)('the real nvidia-smi of this machine', () => {
  it('is understood', async () => {
    vi.unstubAllEnvs();
    const { gpus, problem } = await localGpus({ avoidForeign: true })(signal);
    expect(problem).toBeUndefined();
    for (const gpu of gpus)
      expect(gpu).toMatchObject({
        uuid: expect.stringMatching(/^(GPU|MIG)-[0-9a-f-]{36}/),
        model: expect.stringContaining('NVIDIA'),
        memoryBytes: expect.any(Number),
      });
    expect(gpus.length).toBeGreaterThan(0);
  });
});
