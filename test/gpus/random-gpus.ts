import { mkdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Gpu } from '../../packages/core/src/domain/gpu/gpu.ts';
import type { JobInput } from '../../packages/core/src/domain/job/job-schema.ts';
import type { SizeInput } from '../../packages/core/src/domain/job/parse-size.ts';
import { startDatabase } from '../crash/database.ts';
import { HostGone, type HostProcess } from '../crash/host/host-process.ts';
import type { Recorded } from '../crash/host/read-back.ts';
import type { HostSetup } from '../crash/host/setup.ts';
import { newSlot, type Slot } from '../crash/random/slot.ts';
import { leftOnEngine } from '../docker/left-on-engine.ts';
import { startDocker } from '../engines/docker-engine.ts';
import { eightGpus, fakeGpuCalls, fakeGpus, readGpuList } from '../engines/fake-gpus.ts';
import { askPostgres } from '../postgres/ask-postgres.ts';
import { randomOf } from '../simulation/random.ts';
import { checkClaims } from './check-claims.ts';
import { type Claim, claimingCommand, parseClaims } from './claiming-job.ts';

export interface RandomGpusOptions {
  /** In all, over both instances. */
  runs: number;
  /** So many wait or run at once at each instance. */
  width: number;
  seed: number;
  /** Instances are killed and started again meanwhile, about so often; null: never. */
  killEveryMs: number | null;
}

export interface RandomGpusResult {
  runs: number;
  succeeded: number;
  /** What the jobs' own claims, and the driver's record, show to be wrong. */
  wrong: string[];
  /** Rows of the ledger that still hold a device, and what is left on the engine. */
  left: string[];
  /** From being accepted to running. */
  waits: { medianMs: number; worstMs: number };
  kills: number;
}

/** What jobs ask for, with how often. Memory of a share is enforced by nobody but the ledger. */
const sizes: Record<string, SizeInput> = {
  none: { cpu: 0.01, memory: '16Mi' },
  any: { cpu: 0.01, memory: '16Mi', gpu: { count: 1 } },
  three: { cpu: 0.01, memory: '16Mi', gpu: { count: 3 } },
  a100: { cpu: 0.01, memory: '16Mi', gpu: { count: 1, model: 'A100' } },
  'a100-4': { cpu: 0.01, memory: '16Mi', gpu: { count: 4, model: 'A100', memory: '80Gi' } },
  h100: { cpu: 0.01, memory: '16Mi', gpu: { count: 1, model: 'H100' } },
  slice: { cpu: 0.01, memory: '16Mi', gpu: { count: 1, mig: '1g.10gb' } },
  'slice-3': { cpu: 0.01, memory: '16Mi', gpu: { count: 3, mig: '1g.10gb' } },
  half: { cpu: 0.01, memory: '16Mi', gpu: { count: 1, share: 0.5, model: 'L4' } },
  tenth: { cpu: 0.01, memory: '16Mi', gpu: { count: 1, share: 0.1, memory: '8Gi' } },
};
const weights: [number, string][] = [
  [1, 'none'],
  [3, 'any'],
  [1, 'three'],
  [2, 'a100'],
  [1, 'a100-4'],
  [2, 'h100'],
  [3, 'slice'],
  [1, 'slice-3'],
  [2, 'half'],
  [3, 'tenth'],
];

/** Two instances on one database and one engine with 8 devices, and many short jobs that ask for them. */
export const randomGpus = async (options: RandomGpusOptions): Promise<RandomGpusResult> => {
  await using stack = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'runyard-gpus-'));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const claims = join(dir, 'claims');
  mkdirSync(claims);
  const engine = stack.use(await startDocker({ fakeGpus: eightGpus }));
  const { database } = stack.use(await startDatabase(null));
  const setup = (n: number): HostSetup => ({
    ...{ dataDir: join(dir, `host-${n}`), database, storeTime: null, leaseMs: 2000, shared: null, dieAt: null },
    docker: { host: `unix://${engine.socket}`, image: engine.images.busybox, mounts: { claims }, gpus: [...listed] },
    sizes,
    turnAfterMs: 10_000,
  });
  const slots = [0, 1].map((n) => newSlot(setup(n)));
  stack.defer(async () => void (await Promise.all(slots.map((slot) => slot.away()))));
  const [first] = await Promise.all(slots.map((slot) => slot.up()));
  const jobIds = (await first?.call('apply', Object.keys(sizes).map(jobOf))) ?? [];
  const ids = new Map(Object.keys(sizes).map((size, n) => [size, jobIds[n] ?? '']));

  const random = randomOf(`gpus ${options.seed}`);
  using killing = killNowAndThen(slots, options);
  const one = async (n: number): Promise<void> => {
    const jobId = ids.get(random.weighted(weights)) ?? '';
    const ask = patiently(slots[n % 2] as Slot);
    const id = await ask((host) => host.call('start', jobId, `run ${n}`));
    await ask((host) => host.call('outcome', id));
  };
  await inLanes(options.runs, 2 * options.width, one);
  killing.stop();
  const last = await slots[0]?.up();
  await last?.call('quiet', 60_000);
  await last?.call('record', join(dir, 'recorded'));
  const recorded = JSON.parse(readFileSync(join(dir, 'recorded'), 'utf8')) as Recorded;

  const said = parseClaims(readFileSync(join(claims, 'said'), 'utf8'));
  const held = `SELECT run_id FROM "${database.schema}".attempts WHERE holds_gpus = 1`;
  return {
    runs: recorded.runs.length,
    succeeded: recorded.runs.filter(({ state }) => state === 'succeeded').length,
    wrong: [
      ...checkClaims(said, devices, partsIn(recorded)),
      ...unlike(recorded, said),
      ...unasked(recorded),
      ...unlikeTheDriver(recorded, join(engine.dir, 'gpu-calls.jsonl')),
      ...slots.flatMap(({ faults }) => faults),
    ],
    left: [
      ...(await askPostgres(database.url, held)).map(([id]) => `run ${id} holds a device`),
      ...(await leftOnEngine(engine.socket)),
    ],
    waits: waitsOf(recorded),
    kills: killing.count,
  };
};

const jobOf = (size: string): JobInput => ({
  ...{ name: size, executor: 'docker', size, command: claimingCommand, backoff: { infrastructureLimit: 20 } },
  executorOptions: { mounts: [{ source: 'claims', target: '/claims', readOnly: false }] },
});

const listed: readonly Gpu[] = readGpuList(eightGpus);
const nodeOf = new Map(fakeGpus(eightGpus).map(({ uuid, node }) => [uuid, node.split('/').at(-1) ?? '']));
const devices = listed.map(({ uuid, memoryBytes }) => ({ node: nodeOf.get(uuid) ?? uuid, memoryBytes }));

// Of an instance that is killed and comes back: what is asked twice with one key is done once.
const patiently =
  (slot: Slot) =>
  async <T>(ask: (host: HostProcess) => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await ask(await slot.up());
      } catch (error) {
        if (!(error instanceof HostGone)) throw error;
      }
    }
  };

const inLanes = async (count: number, lanes: number, one: (n: number) => Promise<void>): Promise<void> => {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await one(next++);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
};

const killNowAndThen = (
  slots: readonly Slot[],
  { killEveryMs }: RandomGpusOptions,
): Disposable & { count: number; stop(): void } => {
  const killer = {
    count: 0,
    stop: () => clearInterval(timer),
    [Symbol.dispose]: () => clearInterval(timer),
  };
  const kill = async (): Promise<void> => {
    const host = await slots[killer.count++ % slots.length]?.up();
    host?.signal('SIGKILL');
  };
  const timer = killEveryMs === null ? undefined : setInterval(() => void kill(), killEveryMs);
  return killer;
};

// What the ledger says that an attempt had is what the job saw.
const unlike = ({ attempts }: Recorded, said: readonly Claim[]): string[] =>
  attempts.flatMap(({ runId, attempt, gpus }) => {
    const key = `${runId}.${attempt}`;
    const begun = said.filter((claim) => claim.what === 'begin' && claim.key === key);
    if (begun.length > 1) return [`${key} ran ${begun.length} times`];
    const leased = gpus.map(({ uuid }) => nodeOf.get(uuid) ?? uuid).sort();
    const seen = begun[0]?.devices.toSorted() ?? leased;
    return leased.join() === seen.join() ? [] : [`${key} was leased ${leased} and saw ${seen}`];
  });

// And what it asked for: so many, of that kind.
const unasked = ({ runs, attempts }: Recorded): string[] =>
  attempts.flatMap(({ runId, attempt, gpus }) => {
    const { count = 0, model = '', mig } = sizes[runs.find(({ id }) => id === runId)?.size ?? '']?.gpu ?? { count: 0 };
    const fitting = gpus.filter(({ uuid }) => {
      const device = listed.find((one) => one.uuid === uuid);
      return device?.mig === mig && device?.model.includes(model);
    });
    const isRight = gpus.length === count && fitting.length === count;
    return isRight ? [] : [`${runId}.${attempt} asked for ${count} ${mig ?? model} and got ${JSON.stringify(gpus)}`];
  });

const partsIn = ({ runs }: Recorded): ((key: string) => number) => {
  const parts = new Map(runs.map(({ id, size }) => [id, sizes[size]?.gpu?.share ?? 1]));
  return (key) => parts.get(key.split('.')[0] ?? '') ?? 1;
};

// And what the driver was asked for.
const unlikeTheDriver = ({ attempts }: Recorded, file: string): string[] => {
  const leases = new Set(attempts.map(({ gpus }) => gpus.map(({ uuid }) => uuid).join()));
  return fakeGpuCalls(file)
    .filter(({ visible, refused }) => refused !== null || (visible !== 'void' && !leases.has(visible)))
    .map(({ visible, refused }) => `the driver was asked for ${visible}${refused === null ? '' : ', and refused'}`);
};

const waitsOf = ({ runs }: Recorded): RandomGpusResult['waits'] => {
  const waits = runs.map(({ createdAt, startedAt }) => (startedAt ?? Infinity) - createdAt).sort((a, b) => a - b);
  return { medianMs: waits[Math.floor(waits.length / 2)] ?? 0, worstMs: waits.at(-1) ?? 0 };
};
