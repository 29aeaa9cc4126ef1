import { describe, expect, it } from 'vitest';
import { admissions } from '../src/domain/admission.ts';
import type { Decision, Share, Snapshot } from '../src/domain/decision.ts';
import { chooseGpus } from '../src/domain/gpu/choose-gpus.ts';
import type { Gpu } from '../src/domain/gpu/gpu.ts';
import { gpuEnv } from '../src/domain/gpu/gpu-env.ts';
import type { HeldGpu } from '../src/domain/gpu/gpu-lease.ts';
import { requestInWords } from '../src/domain/gpu/gpu-words.ts';
import { strayDevices } from '../src/domain/gpu/strays.ts';
import { defaults } from '../src/domain/job/defaults.ts';
import { parseSizes } from '../src/domain/job/parse-size.ts';
import type { Run } from '../src/domain/run/run.ts';
import { aJob, aRun } from './support/records.ts';

const gibibyte = 2 ** 30;
const a100 = (n: number): Gpu => ({
  uuid: `GPU-a${n}`,
  model: 'NVIDIA A100-SXM4-80GB',
  memoryBytes: 80 * gibibyte,
});
const l4 = (n: number): Gpu => ({ uuid: `GPU-l${n}`, model: 'NVIDIA L4', memoryBytes: 22.5 * gibibyte });
const slice = (n: number): Gpu => ({
  uuid: `MIG-${n}`,
  parent: 'GPU-m',
  model: 'NVIDIA A100-SXM4-80GB',
  mig: '1g.10gb',
  memoryBytes: 9.5 * gibibyte,
});
const held = (uuid: string, given: Partial<HeldGpu> = {}): HeldGpu => ({
  uuid,
  parent: null,
  share: null,
  place: 'here',
  runId: 'other',
  attempt: 1,
  ...given,
});
const shared = (uuid: string, part: number, memory = 1): HeldGpu =>
  held(uuid, { share: { part, memoryBytes: memory * gibibyte, ofBytes: 80 * gibibyte } });
const uuids = (leases: ReturnType<typeof chooseGpus>) => leases?.map(({ uuid }) => uuid) ?? null;

describe('which GPUs a request gets', () => {
  const all = [a100(1), a100(2), l4(1), l4(2), slice(1), slice(2)];

  it('is all of what it asks for, or nothing', () => {
    expect(uuids(chooseGpus({ count: 2, model: 'A100' }, all, []))).toEqual(['GPU-a1', 'GPU-a2']);
    expect(chooseGpus({ count: 2, model: 'A100' }, all, [held('GPU-a1')])).toBeNull();
    expect(chooseGpus({ count: 5 }, all, [])).toBeNull();
  });

  it('is the least device that serves it, so that the large ones are left for large requests', () => {
    expect(uuids(chooseGpus({ count: 1 }, all, []))).toEqual(['GPU-l1']);
    expect(uuids(chooseGpus({ count: 3 }, all, []))).toEqual(['GPU-l1', 'GPU-l2', 'GPU-a1']);
    expect(uuids(chooseGpus({ count: 1, memoryBytes: 40 * gibibyte }, all, []))).toEqual(['GPU-a1']);
  });

  it('is of the model that it names, by whole words', () => {
    const confusing = [{ ...l4(3), model: 'NVIDIA RTX A1000' }, a100(1)];
    expect(uuids(chooseGpus({ count: 1, model: 'a100' }, confusing, []))).toEqual(['GPU-a1']);
    expect(uuids(chooseGpus({ count: 1, model: 'A100-SXM4' }, confusing, []))).toEqual(['GPU-a1']);
    expect(chooseGpus({ count: 1, model: 'H100' }, confusing, [])).toBeNull();
  });

  it('has the memory that a card of that name has, though its driver tells a little less', () => {
    const h100: Gpu = { uuid: 'GPU-h', model: 'NVIDIA H100 80GB HBM3', memoryBytes: 81_559 * 2 ** 20 };
    expect(uuids(chooseGpus({ count: 1, memoryBytes: 80 * gibibyte }, [h100], []))).toEqual(['GPU-h']);
    expect(chooseGpus({ count: 1, memoryBytes: 96 * gibibyte }, [h100], [])).toBeNull();
  });

  // MiB as drivers and node labels tell them.
  it.each([
    ['Tesla T4', 15_360, 16],
    ['Tesla T4, by an older driver', 15_109, 16],
    ['NVIDIA A10G', 23_028, 24],
    ['NVIDIA A10G, by an older driver', 22_731, 24],
    ['NVIDIA L4', 23_034, 24],
    ['NVIDIA L40S', 46_068, 48],
    ['Tesla V100-SXM2-16GB', 16_160, 16],
    ['NVIDIA A100-SXM4-80GB', 81_920, 80],
    ['NVIDIA H100 80GB HBM3', 81_559, 80],
    ['NVIDIA H200', 143_771, 141],
  ])('%s with %i MiB is one of %i GiB, and none of a tenth more', (model, mebibytes, nominal) => {
    const card: Gpu = { uuid: 'GPU-x', model, memoryBytes: mebibytes * 2 ** 20 };
    const chosen = (gibibytes: number) => chooseGpus({ count: 1, memoryBytes: gibibytes * gibibyte }, [card], []);
    expect(chosen(nominal)).not.toBeNull();
    expect(chosen(nominal * 1.1)).toBeNull();
  });

  it.each([
    ['1g.5gb', 4864],
    ['1g.10gb', 9728],
    ['1g.12gb', 11_141],
    ['1g.18gb', 16_384],
    ['3g.40gb', 40_448],
    ['1g.10gb+me', 9728],
  ])('an instance %s has the memory that its profile says, though its driver tells %i MiB', (mig, mebibytes) => {
    const instance: Gpu = { uuid: 'MIG-x', model: 'NVIDIA H100', mig, memoryBytes: mebibytes * 2 ** 20 };
    const nominal = Number(/(\d+)gb/.exec(mig)?.[1]);
    const chosen = (gibibytes: number) =>
      chooseGpus({ count: 1, mig, memoryBytes: gibibytes * gibibyte }, [instance], []);
    expect(chosen(nominal)).not.toBeNull();
    expect(chosen(nominal * 1.1)).toBeNull();
  });

  it('is a MIG instance of the profile only where it asks for one', () => {
    expect(uuids(chooseGpus({ count: 2, mig: '1g.10gb' }, all, []))).toEqual(['MIG-1', 'MIG-2']);
    expect(chooseGpus({ count: 1, mig: '2g.20gb' }, all, [])).toBeNull();
    expect(chooseGpus({ count: 1 }, [slice(1)], [])).toBeNull();
  });

  it('is no instance of a GPU that somebody has as a whole, nor a whole one of which somebody has an instance', () => {
    expect(chooseGpus({ count: 1, mig: '1g.10gb' }, [slice(1)], [held('GPU-m')])).toBeNull();
    const whole: Gpu = { ...a100(9), uuid: 'GPU-m' };
    expect(chooseGpus({ count: 1 }, [whole], [held('MIG-1', { parent: 'GPU-m' })])).toBeNull();
  });

  it('is a share of the device on which least is left', () => {
    const request = { count: 1, share: 0.25, memoryBytes: gibibyte };
    expect(uuids(chooseGpus(request, [a100(1), a100(2)], [shared('GPU-a2', 0.5)]))).toEqual(['GPU-a2']);
    expect(uuids(chooseGpus(request, [a100(1), a100(2)], [shared('GPU-a2', 0.9)]))).toEqual(['GPU-a1']);
    expect(uuids(chooseGpus(request, [a100(1), a100(2)], [held('GPU-a1')]))).toEqual(['GPU-a2']);
  });

  it('is no more memory of a shared device than it has', () => {
    const request = { count: 1, share: 0.1, memoryBytes: 30 * gibibyte };
    expect(chooseGpus(request, [a100(1)], [shared('GPU-a1', 0.1, 60)])).toBeNull();
    expect(chooseGpus({ count: 1, share: 0.5 }, [a100(1)], [])?.[0]?.share).toEqual({
      part: 0.5,
      memoryBytes: 40 * gibibyte,
      ofBytes: 80 * gibibyte,
    });
  });

  it('is each device once, however often it was told', () => {
    expect(chooseGpus({ count: 2 }, [a100(1), a100(1)], [])).toBeNull();
  });

  it('is of equals the one of which there are most', () => {
    const rare: Gpu = { uuid: 'GPU-h1', model: 'NVIDIA H100 80GB HBM3', memoryBytes: 80 * gibibyte };
    expect(uuids(chooseGpus({ count: 1 }, [rare, a100(1), a100(2)], []))).toEqual(['GPU-a1']);
  });

  it('is none that something else uses, unless that may be ours; none that is blocked, whoever has it', () => {
    const busy = { ...a100(1), busy: 'python (pid 4242)' };
    const request = { count: 1, share: 0.1, memoryBytes: 1 };
    expect(chooseGpus({ count: 1 }, [busy], [])).toBeNull();
    expect(chooseGpus(request, [busy], [])).toBeNull();
    expect(uuids(chooseGpus(request, [busy], [shared('GPU-a1', 0.5)]))).toEqual(['GPU-a1']);
    expect(chooseGpus(request, [{ ...a100(1), blocked: 'x' }], [shared('GPU-a1', 0.5)])).toBeNull();
  });
});

it('a request is told in words', () => {
  expect(requestInWords({ count: 1 })).toBe('1 GPU');
  expect(requestInWords({ count: 2, model: 'A100', memoryBytes: 80 * gibibyte })).toBe(
    '2 GPUs of model A100 with 80 GiB',
  );
  expect(requestInWords({ count: 1, mig: '1g.10gb' })).toBe('1 MIG instance 1g.10gb');
  expect(requestInWords({ count: 1, share: 0.5 })).toBe('0.5 of a GPU');
});

describe('admission by GPUs', () => {
  const sizes = parseSizes({
    cpu: { cpu: 1, memory: '1Gi' },
    one: { cpu: 1, memory: '1Gi', gpu: { count: 1, model: 'A100' } },
    both: { cpu: 2, memory: '1Gi', gpu: { count: 2, model: 'A100' } },
    many: { cpu: 1, memory: '1Gi', gpu: { count: 3, model: 'A100' } },
    small: { cpu: 1, memory: '1Gi', gpu: { count: 1, model: 'L4' } },
  });
  type Given = Partial<Omit<Share, 'gpus'>> & { now?: number; gpus?: readonly Gpu[] };
  const job = aJob();
  const queued = (size: string, given: Partial<Run> = {}) => ({ run: aRun({ size, ...given }, job), job });
  const decide = (
    runs: readonly ReturnType<typeof queued>[],
    { now = 0, gpus = [a100(1), a100(2), l4(1)], ...given }: Given = {},
  ): Decision[] => {
    const taken = { cpu: 0, memoryBytes: 0 };
    const all = { cpu: 4, memoryBytes: 64 * gibibyte };
    const share = { all, taken, held: [], ...given, gpus: new Map([['process', gpus]]) };
    const snapshot: Snapshot = {
      queued: runs,
      active: new Map(),
      places: new Map([
        ['process', 'here'],
        ['other', 'here'],
      ]),
      silent: new Map(),
      shares: new Map([['here', share]]),
      sizes,
      turnAfterMs: defaults.timings.turnAfterMs,
      stopped: [],
      overdue: [],
      room: () => 100,
    };
    return admissions(snapshot, now);
  };
  const kinds = (decisions: readonly Decision[]) => decisions.map(({ kind }) => kind);

  it('gives each device once in a round', () => {
    const decisions = decide([queued('one'), queued('one'), queued('one')]);
    expect(decisions.map((one) => (one.kind === 'admit' ? one.gpus.map(({ uuid }) => uuid) : one.kind))).toEqual([
      ['GPU-a1'],
      ['GPU-a2'],
      'wait',
    ]);
  });

  it('says what a run waits for, how much is free and who has the rest', () => {
    const first = held('GPU-a1', { runId: 'r1' });
    expect(decide([queued('both')], { held: [first], now: 7 })).toMatchObject([
      {
        kind: 'wait',
        since: 7,
        sentence: 'Waits for 2 GPUs of model A100: 1 of 2 is free; run r1 holds GPU-a1.',
      },
    ]);
  });

  it('says of a run that asks for more than there is what there is, and lets others pass it', () => {
    const decisions = decide([queued('many', { waitsSince: 0 }), queued('one')], { now: 1e9 });
    expect(decisions).toMatchObject([
      {
        kind: 'wait',
        sentence:
          "It asks for 3 GPUs of model A100, but all that 'process' has is 2 × NVIDIA A100-SXM4-80GB (80 GiB), 1 × NVIDIA L4 (22.5 GiB). Choose another size, or look at why a device is missing.",
      },
      { kind: 'admit' },
    ]);
  });

  it('lets single ones pass a run that waits for two, but only until that has waited too long', () => {
    const both = queued('both', { waitsSince: 0 });
    const given = { held: [held('GPU-a1')], now: defaults.timings.turnAfterMs - 1 };
    expect(kinds(decide([both, queued('one')], given))).toEqual(['wait', 'admit']);
    const late = decide([both, queued('one')], { ...given, now: defaults.timings.turnAfterMs });
    expect(late).toMatchObject([{ kind: 'wait' }, { kind: 'wait', sentence: expect.stringContaining(both.run.id) }]);
    expect(kinds(decide([both, queued('one')], { now: defaults.timings.turnAfterMs }))).toEqual(['admit', 'wait']);
  });

  it('keeps for a run that has waited too long its cores too, and holds up nobody who wants neither', () => {
    const both = queued('both', { waitsSince: 0 });
    const late = { held: [held('GPU-a1')], now: defaults.timings.turnAfterMs };
    const others = [queued('small'), queued('cpu'), queued('cpu')];
    expect(kinds(decide([both, ...others], late))).toEqual(['wait', 'admit', 'admit', 'wait']);
  });

  it('keeps nothing for who waits behind kept devices, so that many who wait for GPUs do not stop what needs none', () => {
    const late = { held: [held('GPU-a1'), held('GPU-a2')], now: defaults.timings.turnAfterMs };
    const waiters = Array.from({ length: 4 }, () => queued('one', { waitsSince: 0 }));
    const decisions = decide([...waiters, queued('cpu'), queued('cpu'), queued('cpu')], late);
    expect(kinds(decisions)).toEqual(['wait', 'wait', 'wait', 'wait', 'admit', 'admit', 'admit']);
    expect(decisions[1]).toMatchObject({ sentence: expect.stringContaining(waiters[0]?.run.id ?? '') });
  });

  it('waits behind the run for which cores are kept, and says so', () => {
    const both = queued('both', { waitsSince: 0 });
    const late = { held: [held('GPU-a1')], now: defaults.timings.turnAfterMs };
    const decisions = decide([both, queued('cpu'), queued('cpu'), queued('cpu')], late);
    expect(kinds(decisions)).toEqual(['wait', 'admit', 'admit', 'wait']);
    expect(decisions[3]).toMatchObject({ sentence: expect.stringContaining(both.run.id) });
  });

  it('keeps nothing for a run that asks for more than can become free', () => {
    const gpus = [a100(1), { ...a100(2), busy: 'Xorg (pid 7)' }];
    const both = queued('both', { waitsSince: 0 });
    const late = { gpus, now: 10 * defaults.timings.turnAfterMs };
    expect(kinds(decide([both, queued('one')], late))).toEqual(['wait', 'admit']);
  });

  it('does not let a run that lacks GPUs hold up others for its cores', () => {
    const given = { held: [held('GPU-a1'), held('GPU-a2')], taken: { cpu: 3, memoryBytes: 0 } };
    const both = queued('both', { waitsSince: 0 });
    const late = { ...given, now: defaults.timings.turnAfterMs };
    expect(kinds(decide([both, queued('cpu')], late))).toEqual(['wait', 'admit']);
    const free = { ...late, held: [] };
    expect(kinds(decide([both, queued('cpu')], free))).toEqual(['wait', 'wait']);
  });

  it('gives each executor of a place its own devices', () => {
    const gpus = [a100(1)];
    const other = queued('one', { executor: 'other' });
    expect(decide([other], { gpus })).toMatchObject([{ kind: 'wait', sentence: expect.stringContaining('no GPU') }]);
  });
});

describe('devices that are used without a lease', () => {
  it('are those of what no lease names, and those that two use of which one should have it alone', () => {
    const live = [
      { key: 'r1.1', gpus: ['GPU-a'] },
      { key: 'r2.1', gpus: ['GPU-b'] },
      { key: 'r3.1', gpus: ['GPU-c'] },
      { key: 'r4.1', gpus: ['GPU-c'] },
      { key: 'r5.1', gpus: ['GPU-d'] },
      { key: 'r6.1', gpus: ['GPU-d'] },
    ];
    const strays = strayDevices(live, [
      held('GPU-a', { runId: 'r1' }),
      held('GPU-c', { runId: 'r3' }),
      held('GPU-c', { runId: 'r4' }),
      { ...shared('GPU-d', 0.5), runId: 'r5' },
      { ...shared('GPU-d', 0.5), runId: 'r6' },
    ]);
    expect([...strays.keys()]).toEqual(['GPU-b', 'GPU-c']);
    expect(strays.get('GPU-b')).toBe('r2.1 runs on it, and no lease says so');
  });
});

describe('what an attempt is told of its devices', () => {
  const share = (uuid: string, memoryBytes: number, ofBytes: number) => ({
    uuid,
    parent: null,
    share: { part: 0.5, memoryBytes, ofBytes },
  });
  it('is which ones, and of shared ones how much of the least is its own', () => {
    expect(gpuEnv([])).toEqual({});
    expect(gpuEnv([{ uuid: 'a', parent: null, share: null }])).toEqual({ RUNYARD_GPUS: 'a' });
    expect(gpuEnv([share('a', 40, 80), share('b', 20, 40)])).toEqual({
      RUNYARD_GPUS: 'a,b',
      RUNYARD_GPU_MEMORY_BYTES: '20',
    });
  });

  it('is no amount where the memory of the device is not known', () => {
    expect(gpuEnv([share('a', 0, 0)])).toEqual({ RUNYARD_GPUS: 'a' });
    expect(gpuEnv([share('a', 0, 0), share('b', 20, 40)])).toMatchObject({ RUNYARD_GPU_MEMORY_BYTES: '20' });
  });
});
