import { isAttemptFailed } from '@runyard/core';
import { cachedGpus, type GpuDevice, type GpuReading } from '@runyard/core/executor-kit';
import { ManualClock } from '@runyard/core/testing';
import { describe, expect, it } from 'vitest';
import { cdiGpus, engineCdi } from '../src/gpus/engine-cdi.ts';
import { withGpuEnv } from '../src/gpus/gpu-env.ts';
import { gpuFault } from '../src/gpus/gpu-fault.ts';
import { gpuHostConfig } from '../src/gpus/gpu-host-config.ts';
import { gpusOf } from '../src/gpus/gpus-of.ts';

const none = engineCdi({});
const nvidia = (n: number, more: Partial<GpuDevice> = {}): GpuDevice => ({
  uuid: `GPU-0000000${n}-0000-4000-8000-000000000000`,
  model: 'NVIDIA A100',
  memoryBytes: 1,
  ...more,
});
const amd = (uuid: string, minor: number, groups?: number[]): GpuDevice => ({
  uuid,
  model: 'MI210',
  memoryBytes: 1,
  vendor: 'amd',
  renderNode: `/dev/dri/renderD${minor}`,
  ...(groups && { groups }),
});
const [a, b] = [nvidia(1), nvidia(2)];
const [x, y] = [amd('GPU-719f2d333d5c6ff2', 128, [44, 109]), amd('GPU-719f2d333d5c6ff3', 129, [109, 44])];
const node = (path: string) => ({ PathOnHost: path, PathInContainer: path, CgroupPermissions: 'rwm' });

/** As engine 28.2 and later tells them. */
const told = (...names: string[]) =>
  engineCdi({
    CDISpecDirs: ['/etc/cdi', '/var/run/cdi'],
    DiscoveredDevices: names.map((name) => ({ Source: 'cdi', ID: name })),
  });

describe('the create body', () => {
  it('without GPUs has nothing of them', () => {
    expect(gpuHostConfig([], [a, x], { cdi: none })).toEqual({});
  });

  it('asks for NVIDIA devices once, by UUID, without a count', () => {
    expect(gpuHostConfig([b.uuid, a.uuid], [a, b], { cdi: none })).toEqual({
      DeviceRequests: [{ Driver: 'nvidia', DeviceIDs: [b.uuid, a.uuid], Capabilities: [['gpu']] }],
    });
  });

  it('asks for a device that was not found just now all the same: the driver knows', () => {
    expect(gpuHostConfig(['MIG-1'], [], { cdi: none })).toEqual({
      DeviceRequests: [{ Driver: 'nvidia', DeviceIDs: ['MIG-1'], Capabilities: [['gpu']] }],
    });
  });

  it('names them by CDI where the engine knows them all so', () => {
    const both = told(`nvidia.com/gpu=${a.uuid}`, `nvidia.com/gpu=${b.uuid}`, 'nvidia.com/gpu=all');
    expect(gpuHostConfig([a.uuid, b.uuid], [a, b], { cdi: both })).toEqual({
      DeviceRequests: [{ Driver: 'cdi', DeviceIDs: [`nvidia.com/gpu=${a.uuid}`, `nvidia.com/gpu=${b.uuid}`] }],
    });
    const one = told(`nvidia.com/gpu=${a.uuid}`);
    expect(gpuHostConfig([a.uuid, b.uuid], [a, b], { cdi: one }).DeviceRequests).toEqual([
      { Driver: 'nvidia', DeviceIDs: [a.uuid, b.uuid], Capabilities: [['gpu']] },
    ]);
  });

  it('takes the CDI name that the host gave, and has none for an engine without', () => {
    const named = nvidia(3, { cdi: 'nvidia.com/gpu=0' });
    expect(gpuHostConfig([named.uuid], [named], { cdi: engineCdi({ CDISpecDirs: ['/etc/cdi'] }) })).toEqual({
      DeviceRequests: [{ Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=0'] }],
    });
    expect(() => gpuHostConfig([named.uuid], [named], { cdi: none })).toThrow(/nvidia.com\/gpu=0.*version 25/);
  });

  it('gives AMD devices as nodes, with the groups that own them', () => {
    expect(gpuHostConfig([y.uuid, x.uuid], [x, y], { cdi: none })).toEqual({
      Devices: [node('/dev/kfd'), node('/dev/dri/renderD129'), node('/dev/dri/renderD128')],
      GroupAdd: ['109', '44'],
    });
    expect(gpuHostConfig(['GPU-719f2d333d5c6ff4'], [amd('GPU-719f2d333d5c6ff4', 130)], { cdi: none }).GroupAdd).toEqual(
      ['video', 'render'],
    );
  });

  it('gives both kinds to whoever holds both', () => {
    expect(gpuHostConfig([a.uuid, x.uuid], [a, x], { cdi: none })).toEqual({
      DeviceRequests: [{ Driver: 'nvidia', DeviceIDs: [a.uuid], Capabilities: [['gpu']] }],
      Devices: [node('/dev/kfd'), node('/dev/dri/renderD128')],
      GroupAdd: ['44', '109'],
    });
  });

  it('cannot be made for an AMD device that is gone', () => {
    const gone = (() => {
      try {
        return gpuHostConfig([x.uuid], [], { cdi: none });
      } catch (error) {
        return error;
      }
    })();
    expect(isAttemptFailed(gone) && gone.outcome).toMatchObject({ class: 'start-failed', reason: 'gpu-missing' });
  });
});

describe('what an attempt holds while the devices cannot be read', () => {
  const { signal } = new AbortController();
  const logger = { debug() {}, info() {}, warn() {}, error() {} };
  const asking = (...readings: GpuReading[]) => {
    const clock = new ManualClock();
    const cached = cachedGpus({
      clock,
      logger,
      read: async () => readings.shift() ?? { gpus: [], problem: 'broken.' },
    });
    const of = gpusOf(cached, async () => ({ CDISpecDirs: ['/etc/cdi'] }));
    return { clock, cached, hostConfig: async (...gpus: string[]) => (await of({ gpus, env: {} }, signal)).hostConfig };
  };
  const numbered: GpuDevice = { uuid: 'nvidia.com/gpu=0', model: 'x', memoryBytes: 0, cdi: 'nvidia.com/gpu=0' };

  it.each([x.uuid, numbered.uuid])('is not handed over as something else, nor said to be gone: %s', async (uuid) => {
    await expect(asking().hostConfig(uuid)).rejects.toMatchObject({ code: 'executor-unavailable' });
  });

  it('is handed over as it was known before', async () => {
    const { clock, cached, hostConfig } = asking({ gpus: [x, numbered] });
    await cached.get(signal);
    await clock.advance(60_000);
    expect(await cached.get(signal)).toEqual([]);
    expect((await hostConfig(x.uuid)).Devices).toContainEqual(node('/dev/dri/renderD128'));
    expect(await hostConfig(numbered.uuid)).toEqual({
      DeviceRequests: [{ Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=0'] }],
    });
  });

  it('is gone where a reading says so', async () => {
    await expect(asking({ gpus: [] }, { gpus: [] }).hostConfig(x.uuid)).rejects.toMatchObject({
      outcome: { reason: 'gpu-missing' },
    });
  });

  it('is handed over by its UUID where that is all that its driver needs', async () => {
    expect((await asking().hostConfig(a.uuid)).DeviceRequests).toMatchObject([{ DeviceIDs: [a.uuid] }]);
  });
});

describe('the environment', () => {
  const asks = { A: '1', NVIDIA_VISIBLE_DEVICES: 'all' };
  it('of a job without NVIDIA devices keeps the runtime from giving it any', () => {
    expect(withGpuEnv(asks, [], [a])).toEqual({ A: '1', NVIDIA_VISIBLE_DEVICES: 'void' });
    expect(withGpuEnv(asks, [x.uuid], [a, x])).toEqual({ A: '1', NVIDIA_VISIBLE_DEVICES: 'void' });
  });
  it('of one that holds some is left to the engine', () => {
    expect(withGpuEnv(asks, [a.uuid], [a])).toEqual({ A: '1' });
  });
});

describe('CDI', () => {
  it('engines before 25 say nothing of it', () => {
    expect(engineCdi({})).toEqual({ enabled: false, devices: [] });
    expect(engineCdi({ CDISpecDirs: null, DiscoveredDevices: null })).toEqual({ enabled: false, devices: [] });
  });

  it('each device is told once, by its UUID where there is one', () => {
    const cdi = told(
      'nvidia.com/gpu=0',
      'nvidia.com/gpu=1:0',
      `nvidia.com/gpu=${a.uuid}`,
      'nvidia.com/gpu=MIG-1',
      'nvidia.com/gpu=all',
      'amd.com/gpu=0',
      'amd.com/gpu=all',
      'vendor.com/net=0',
    );
    expect(cdiGpus(cdi).map(({ uuid, cdi: name, vendor }) => [uuid, name, vendor])).toEqual([
      [a.uuid, `nvidia.com/gpu=${a.uuid}`, undefined],
      ['MIG-1', 'nvidia.com/gpu=MIG-1', undefined],
      ['amd.com/gpu=0', 'amd.com/gpu=0', 'amd'],
    ]);
  });
});

describe('what the engine says of a start that failed', () => {
  it.each([
    [
      'gpu-driver-missing',
      'could not select device driver "nvidia" with capabilities: [[gpu]]',
      /nvidia-container-toolkit/,
    ],
    [
      'gpu-driver-missing',
      'nvidia-container-cli: initialization error: nvml error: driver not loaded',
      /run nvidia-smi there/,
    ],
    ['gpu-driver-missing', 'could not select device driver "cdi" with capabilities: []', /version 25/],
    [
      'gpu-missing',
      'stderr: nvidia-container-cli: device error: GPU-1: unknown device: unknown.',
      /not there any more/,
    ],
    ['gpu-missing', 'CDI device injection failed: unresolvable CDI devices nvidia.com/gpu=9', /not there any more/],
    [
      'gpu-missing',
      'error gathering device information while adding custom device "/dev/kfd": no such file',
      /any more/,
    ],
  ])('is %s: %s', (reason, words, sentence) => {
    const fault = gpuFault(words);
    expect(fault?.outcome).toMatchObject({ class: 'start-failed', reason });
    expect(fault?.message).toMatch(sentence);
    expect(fault?.message).toContain(words);
  });
  it('is nothing of GPUs', () => {
    expect(gpuFault('exec: "x": executable file not found in $PATH')).toBeNull();
  });
});
