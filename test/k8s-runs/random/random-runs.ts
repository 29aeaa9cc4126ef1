import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Run } from '../../../packages/core/src/domain/run/run.ts';
import { startDatabase } from '../../crash/database.ts';
import { HostGone, type HostProcess } from '../../crash/host/host-process.ts';
import { type Recorded, untilTrue } from '../../crash/host/read-back.ts';
import { newSlot, type Slot } from '../../crash/random/slot.ts';
import { startDocker } from '../../engines/docker-engine.ts';
import { startLiveCluster } from '../../engines/k8s/live/live-cluster.ts';
import { randomOf } from '../../simulation/random.ts';
import { hostSetup } from '../support/host-setup.ts';
import { newNamespace, type TestNamespace } from '../support/namespace.ts';
import { startWitness } from '../support/witness.ts';
import { disturb } from './disturb.ts';
import { jobOf, type Kind, kinds, linesOf } from './random-jobs.ts';
import { watchPods } from './watch-pods.ts';

export interface RandomRunsOptions {
  /** In all, over both hosts. */
  runs: number;
  /** So many at once. */
  width: number;
  seed: number;
  /** About how often something happens to a host, a pod or the API server. */
  everyMs: number;
}

export interface RandomRunsResult {
  ended: number;
  /** Promises that were broken, as sentences. */
  wrong: string[];
  left: string[];
  disturbances: Record<string, number>;
  attempts: number;
}

/** Two hosts on one database, whose jobs run in one namespace of a live cluster. Hosts die, pods are taken away, and calls to the API server go wrong meanwhile. */
export const randomRuns = async ({ runs, width, seed, everyMs }: RandomRunsOptions): Promise<RandomRunsResult> => {
  await using stack = new AsyncDisposableStack();
  const random = randomOf(`runs ${seed}`);
  const dir = await mkdtemp(join(tmpdir(), 'runyard-random-'));
  stack.defer(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }));
  const docker = stack.use(await startDocker());
  const faults = { random: randomOf(`calls ${seed}`).share, ...chances };
  const cluster = stack.use(await startLiveCluster({ docker, api: { faults } }));
  const namespace = stack.use(newNamespace(cluster));
  const witness = stack.use(await startWitness());
  const { database, unfenced } = stack.use(await startDatabase(null));
  const slots = [0, 1].map((n) =>
    newSlot({ ...hostSetup(cluster, { dataDir: join(dir, `host-${n}`), namespace }), database, leaseMs: 2000 }),
  );
  stack.defer(async () => void (await Promise.all(slots.map((slot) => slot.away()))));
  const [first] = await Promise.all(slots.map((slot) => slot.up()));
  const ids =
    (await first?.call(
      'apply',
      kinds.map((kind) => jobOf(kind, witness.functions)),
    )) ?? [];
  const pods = stack.use(watchPods(cluster, namespace));

  const over = new AbortController();
  const disturbing = disturb({ cluster, namespace, slots }, { random: randomOf(`acts ${seed}`), everyMs }, over.signal);
  const wrong: string[] = [];
  const one = async (n: number): Promise<void> => {
    const kind = random.weighted(kinds.map((each) => [each.weight, each] as const));
    const jobId = ids[kinds.indexOf(kind)] ?? '';
    const ask = patiently(slots[n % slots.length] as Slot);
    const id = await ask((host) => host.call('start', jobId, `run ${n}`));
    wrong.push(...endedWrongly(kind, await ask((host) => host.call('outcome', id))));
  };
  await inLanes(runs, width, one);
  over.abort();
  const disturbances = await disturbing;
  const ask = patiently(slots[0] as Slot);
  await ask((host) => host.call('quiet', 30_000));
  await ask((host) => host.call('record', join(dir, 'recorded')));
  const recorded = JSON.parse(readFileSync(join(dir, 'recorded'), 'utf8')) as Recorded;
  await untilTrue(20_000, async () => namespace.left().length === 0);
  return {
    ended: recorded.runs.filter(({ state }) => state === 'succeeded' || state === 'failed').length,
    wrong: [
      ...wrong,
      ...pods.overlaps,
      ...moreThanOnce(
        'said by',
        witness.lines.map((line) => line.replace('begin ', '')),
      ),
      ...moreThanOnce('Jobs of', keysOf(namespace, 'jobs')),
      ...moreThanOnce('pods of', keysOf(namespace, 'pods')),
      ...(await unfenced()),
      ...slots.flatMap(({ faults }) => faults),
    ],
    left: namespace.left(),
    disturbances,
    attempts: recorded.attempts.length,
  };
};

const chances = {
  ...{ tooManyRequests: 0.01, retryAfterSeconds: 0, unavailable: 0.01, gone: 0.02 },
  ...{ cut: 0.005, cutLogs: 0.005, scrambled: 0.2, answerLost: 0.01 },
};

const endedWrongly = ({ name, ends }: Kind, { run, log }: { run: Run; log: string }): string[] => {
  const { id, state, reason, attempt, sentence } = run;
  if (state !== ends.state || reason !== ends.reason)
    return [`${name} ${id} is ${state}/${reason} after ${attempt} attempts: ${sentence}`];
  const whole = state !== 'succeeded' || log.endsWith(linesOf(`${id}.${attempt}`));
  return whole ? [] : [`the log of ${id}, attempt ${attempt}, ends with ${JSON.stringify(log.slice(-300))}`];
};

// Of a host that is killed and comes back: what is asked twice with one key is done once.
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

const keysOf = (namespace: TestNamespace, resource: 'jobs' | 'pods'): string[] =>
  namespace.made(resource).map(({ metadata }) => {
    const { 'runyard.dev/run': run, 'runyard.dev/attempt': attempt } = metadata.labels ?? {};
    return `${run}.${attempt}`;
  });

const moreThanOnce = (what: string, keys: readonly string[]): string[] =>
  [...Map.groupBy(keys, (key) => key)]
    .filter(([, times]) => times.length > 1)
    .map(([key, times]) => `${what} ${key}: ${times.length}`);
