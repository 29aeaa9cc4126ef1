import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cachedGpus } from '../src/adapters/shared/gpu/cached-gpus.ts';
import type { GpuReading } from '../src/adapters/shared/gpu/gpu-device.ts';
import { gpuSource } from '../src/adapters/shared/gpu/gpu-source.ts';
import { hostDev, kfdScript, parseKfd } from '../src/adapters/shared/gpu/kfd.ts';
import { localTools } from '../src/adapters/shared/gpu/local-tools.ts';
import type { Logger } from '../src/ports/host.ts';
import { ManualClock } from '../src/testing/manual-clock/manual-clock.ts';

const { signal } = new AbortController();
const gpu = (uuid: string) => ({ uuid, model: 'M', memoryBytes: 1 });

const cached = (answers: (GpuReading | Promise<GpuReading>)[]) => {
  const clock = new ManualClock();
  const warnings: string[] = [];
  const logger: Logger = { debug() {}, info() {}, warn: (_, text) => void warnings.push(text), error() {} };
  let reads = 0;
  const gpus = cachedGpus({ clock, logger, read: async () => answers[reads++] ?? { gpus: [] } });
  return {
    clock,
    warnings,
    gpus,
    reads: () => reads,
    uuids: async () => (await gpus.get(signal)).map(({ uuid }) => uuid),
  };
};

describe('what was read', () => {
  it('is kept for a minute, for everyone who asks', async () => {
    const t = cached([{ gpus: [gpu('a')] }, { gpus: [gpu('b')] }]);
    expect(t.gpus.last()).toBeUndefined();
    expect(await Promise.all([t.uuids(), t.uuids()])).toEqual([['a'], ['a']]);
    await t.clock.advance(59_000);
    expect(await t.uuids()).toEqual(['a']);
    expect(t.reads()).toBe(1);
    await t.clock.advance(1_000);
    expect(await t.uuids()).toEqual(['b']);
  });

  it('is read again when it turns out to be wrong, also while it is being read', async () => {
    const slow = Promise.withResolvers<GpuReading>();
    const t = cached([{ gpus: [gpu('a')] }, slow.promise, { gpus: [gpu('c')] }]);
    await t.uuids();
    t.gpus.forget();
    const second = t.uuids();
    t.gpus.forget();
    slow.resolve({ gpus: [gpu('b')] });
    expect(await second).toEqual(['b']);
    expect(await t.uuids()).toEqual(['c']);
  });

  it('is read again soon where it says that a device is busy', async () => {
    const t = cached([{ gpus: [{ ...gpu('a'), busy: 'python (pid 1)' }] }, { gpus: [gpu('a')] }, { gpus: [gpu('b')] }]);
    await t.uuids();
    await t.clock.advance(4_000);
    expect(await t.gpus.get(signal)).toMatchObject([{ busy: 'python (pid 1)' }]);
    await t.clock.advance(1_000);
    expect(await t.gpus.get(signal)).toEqual([gpu('a')]);
    await t.clock.advance(59_000);
    expect(await t.uuids()).toEqual(['a']);
  });

  it('is gone when it cannot be read any more, which is said once', async () => {
    const t = cached([
      { gpus: [gpu('a')] },
      { gpus: [], problem: 'broken.' },
      { gpus: [], problem: 'broken.' },
      { gpus: [gpu('a')] },
    ]);
    const seen = [];
    for (let n = 0; n < 4; n++) {
      seen.push((await t.uuids()).length);
      await t.clock.advance(60_000);
    }
    expect(seen).toEqual([1, 0, 0, 1]);
    expect(t.warnings).toEqual(['broken.']);
  });

  it('holds nobody up: a driver that takes its time is asked on while its last answer counts', async () => {
    const slow = Promise.withResolvers<GpuReading>();
    const t = cached([slow.promise]);
    const asked = t.uuids();
    await t.clock.advance(3_000);
    expect(await asked).toEqual([]);
    expect(t.gpus.last()).toBeUndefined();
    slow.resolve({ gpus: [gpu('late')] });
    expect(await t.uuids()).toEqual(['late']);
    expect(t.reads()).toBe(1);
  });

  it('is waited for by each alone', async () => {
    const slow = Promise.withResolvers<GpuReading>();
    const t = cached([slow.promise]);
    const impatient = new AbortController();
    const one = t.gpus.get(impatient.signal);
    const other = t.uuids();
    impatient.abort(new Error('enough'));
    await expect(one).rejects.toThrow('enough');
    slow.resolve({ gpus: [gpu('a')] });
    expect(await other).toEqual(['a']);
  });
});

describe('what an attempt holds', () => {
  const known = async (t: ReturnType<typeof cached>, ...held: string[]) =>
    (await t.gpus.known(held, signal)).map(({ uuid }) => uuid);
  const unavailable = expect.objectContaining({ code: 'executor-unavailable' });
  const ofNvidia = 'GPU-a1000000-0000-4000-8000-000000000001';

  it('is known by an earlier reading where the last one failed, which gives nothing away', async () => {
    const t = cached([{ gpus: [gpu('a')] }, { gpus: [], problem: 'broken.' }]);
    await t.uuids();
    await t.clock.advance(60_000);
    expect(await t.uuids()).toEqual([]);
    expect(await known(t, 'a')).toEqual(['a']);
    expect(t.reads()).toBe(2);
  });

  it('cannot be said to be gone by a reading that failed, or was not whole', async () => {
    const t = cached([
      { gpus: [], problem: 'broken.' },
      { gpus: [gpu('b')], problem: 'sick.' },
      { gpus: [gpu('b')] },
      { gpus: [gpu('b')] },
    ]);
    await expect(known(t, 'a')).rejects.toThrow(unavailable);
    await expect(known(t, 'a')).rejects.toThrow(/holds the GPU a.*broken\./); // it is asked again soon, not each time
    await t.clock.advance(5_000);
    await expect(known(t, 'a')).rejects.toThrow(/holds the GPU a.*sick\./);
    expect(await known(t, 'b')).toEqual(['b']);
    await t.clock.advance(5_000);
    expect(await known(t, 'a')).toEqual(['b']);
  });

  it('cannot be said to be gone while the driver takes its time', async () => {
    const slow = Promise.withResolvers<GpuReading>();
    const t = cached([{ gpus: [gpu('b')] }, slow.promise]);
    await t.uuids();
    const refused = expect(known(t, 'a')).rejects.toThrow(unavailable);
    await t.clock.advance(3_000);
    await refused;
    slow.resolve({ gpus: [gpu('a')] });
    expect(await known(t, 'a')).toEqual(['a']);
  });

  it('is gone when it was read again and is not there', async () => {
    const t = cached([{ gpus: [gpu('a')] }, { gpus: [gpu('b')] }, { gpus: [gpu('b')] }]);
    await t.uuids();
    await t.clock.advance(60_000);
    await t.uuids();
    expect(await known(t, 'a')).toEqual(['b']);
    expect(t.reads()).toBe(3);
  });

  it('needs no reading where its UUID is all that is needed', async () => {
    const t = cached([{ gpus: [], problem: 'broken.' }]);
    expect(await known(t, ofNvidia)).toEqual([]);
  });
});

describe('the option `gpus`', () => {
  const clock = new ManualClock();
  const logger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
  const source = (gpus: unknown, found: GpuReading = { gpus: [] }, avoidForeign = false) =>
    gpuSource({ executor: 'x', gpus: gpus as never, avoidForeign, find: async () => found, clock, logger });

  it('takes a list, and none is none', async () => {
    expect(await source([gpu('a')], { gpus: [gpu('b')] }).get(signal)).toEqual([gpu('a')]);
    expect(await source('none', { gpus: [gpu('b')] }).get(signal)).toEqual([]);
    expect(await source('auto', { gpus: [gpu('b')] }).get(signal)).toEqual([gpu('b')]);
  });

  it('looks for foreign programs on listed devices too', async () => {
    const found = { gpus: [{ ...gpu('a'), busy: 'python (pid 1)' }] };
    expect(await source([gpu('a'), gpu('b')], found, true).get(signal)).toEqual([
      { ...gpu('a'), busy: 'python (pid 1)' },
      gpu('b'),
    ]);
    const blind = await source([gpu('a')], { gpus: [], problem: 'broken.' }, true).get(signal);
    expect(blind).toEqual([{ ...gpu('a'), busy: 'nobody knows what' }]);
    expect(await source([gpu('a')], { gpus: [], problem: 'broken.' }, true).known(['a'], signal)).toEqual([gpu('a')]);
  });

  it.each([['all'], [2], [[{ uuid: 'a' }]], [[gpu('a'), gpu('a')]], [[gpu('a,b')]], [[null]]])('refuses %j', (gpus) => {
    expect(() => source(gpus)).toThrow(expect.objectContaining({ code: 'invalid-option', field: 'gpus' }));
  });
});

const folder = async (): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), 'runyard-gpus-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
};

describe.runIf(process.platform === 'linux')('tools of this machine', () => {
  const tool = async (script: string) => {
    const path = await folder();
    await writeFile(join(path, 'smi'), `#!/bin/sh\n${script}\n`);
    await chmod(join(path, 'smi'), 0o755);
    return localTools({ path: `relative:${path}`, timeoutMs: 200 });
  };

  it('one that is not there is none, and one that fails has said what it has', async () => {
    const run = await tool('echo out; echo err >&2; exit 9');
    expect(await run('other', [], signal)).toBeNull();
    expect(await run('smi', [], signal)).toEqual({ code: 9, stdout: 'out\n', stderr: 'err\n' });
  });

  it('one that hangs is ended, and has said nothing', async () => {
    const run = await tool('echo half; exec sleep 60');
    await expect(run('smi', [], signal)).rejects.toThrow('did not answer within 0.2 s');
  });

  it('one that is not waited for any more is ended', async () => {
    const run = await tool('exec sleep 60');
    await expect(run('smi', [], AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });

  it('the AMD driver is asked through its files', async () => {
    const root = await folder();
    const nodes = join(root, 'kfd/kfd/topology/nodes');
    await mkdir(join(nodes, '1/mem_banks/0'), { recursive: true });
    await mkdir(join(root, 'kfd/kfd/proc/1'), { recursive: true });
    await mkdir(join(root, 'drm/renderD130/device'), { recursive: true });
    await writeFile(join(nodes, '1/gpu_id'), '4711\n');
    await writeFile(
      join(nodes, '1/properties'),
      'simd_count 4\nlocation_id 768\ndomain 0\ndrm_render_minor 130\nunique_id 255\n',
    );
    await writeFile(join(nodes, '1/mem_banks/0/properties'), 'heap_type 1\nsize_in_bytes 1024\n');
    await writeFile(join(root, 'drm/renderD130/device/product_name'), 'AMD Instinct MI300X\n');
    await writeFile(join(root, 'kfd/kfd/proc/1/vram_4711'), '12\n');
    const run = localTools();
    await mkdir(join(root, 'dev/dri'), { recursive: true });
    await writeFile(join(root, 'dev/kfd'), '');
    await writeFile(join(root, 'dev/dri/renderD130'), '');
    const here = kfdScript.replaceAll('/sys/class', root).replaceAll(hostDev, join(root, 'dev'));
    const answer = await run('sh', ['-c', here], signal);
    expect(parseKfd(answer?.stdout ?? '')).toEqual([
      {
        uniqueId: '00000000000000ff',
        bdf: '0000:03:00.0',
        renderMinor: 130,
        memoryBytes: 1024,
        groups: [process.getgid?.()],
        product: 'AMD Instinct MI300X',
        architecture: '',
        users: expect.stringMatching(/\(pid 1\)$/),
      },
    ]);
    await rm(join(root, 'kfd'), { recursive: true });
    expect(await run('sh', ['-c', here], signal)).toMatchObject({ code: 3 });
  });
});
