import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node';
import { type Clock, type Executor, type Handle, isRunyardError, type Outcome, systemClock } from '@runyard/core';
import { executorInput, scriptLaunch } from '@runyard/core/testing';
import type { KubeObject } from '../../../../test/engines/k8s/cluster.ts';
import { scenarios } from '../../../../test/engines/k8s/replay/scenarios.ts';
import type { Replay } from '../../../../test/engines/k8s/replay.ts';
import { k8sExecutor } from '../../src/k8s-executor.ts';
import type { K8sExecutorOptions } from '../../src/options.ts';
import { grantedRules } from './granted-rules.ts';
import { type Recorded, recorded } from './recorded.ts';
import { temporaryHost } from './temporary-host.ts';
import { until } from './until.ts';

/** The recordings in which a Job of ours takes a course. */
export const playable = recorded.filter(
  ({ name, job }) =>
    scenarios[name]?.plays === 'run' &&
    // Of 15b only the first Job can be ours; that of 18c is deleted before it can be started.
    !(name.startsWith('15b') && job > 0) &&
    !name.startsWith('18c'),
);

/** The outcome that the executor has to come to, in the words of `named`. */
export const expectedOf = ({ name, looks }: Recorded): string => actedOn[name] ?? looks.split(' > ').at(-1) ?? '';

// What comes out differently when somebody acts on it, and does not only look.
const actedOn: Readonly<Record<string, string>> = {
  // Ended at once when it is suspended again: a second pod never comes.
  '12-suspend-resume': 'finished=infrastructure/suspended',
  // Refused for good, so it is ended.
  '22c-pod-security-restricted': 'finished=start-failed/refused-by-cluster',
  // The pod that was left runs on until it is stopped.
  '15c-job-deleted-no-policy-orphans': 'finished=exited/137',
};

/** Whether somebody has to stop it, since nothing of it ends by itself. */
const isStopped = ({ name, ours, looks }: Recorded): boolean =>
  name.startsWith('15c') || (ours === true && !looks.includes('!'));

/** A namespace of a replay, and the executor in it with the rights of our manifest. */
export interface Stage extends AsyncDisposable {
  namespace: string;
  executor: Executor;
  signal: AbortSignal;
  /** Runs a recording as an attempt, to its outcome; the attempt is left there. */
  play(row: Recorded, onStarted?: (handle: Handle) => void): Promise<{ handle: Handle; outcome: Outcome }>;
  remove(handle: Handle): Promise<void>;
  /** The Jobs that were ever made, by attempt. */
  jobsMade(): Map<string, Set<string>>;
  /** What of ours is there now. */
  remains(): KubeObject[];
}

/** `speed`: that of the replay. The executor's own pauses pass as much faster. */
export const stageOf = async (
  replay: Replay,
  { speed = 20, ...options }: Partial<K8sExecutorOptions> & { speed?: number } = {},
): Promise<Stage> => {
  const namespace = `n-${randomBytes(4).toString('hex')}`;
  replay.objects.create('namespaces', { metadata: { name: namespace }, status: { phase: 'Active' } });
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromString(replay.kubeConfig({ namespace, rules: grantedRules() }));
  const host = await temporaryHost();
  const executor = k8sExecutor({ kubeConfig, startTroubleMs: 4000 * speed, ...options })({
    ...host,
    clock: quickClock(speed),
  }) as Executor;
  const { signal } = new AbortController();
  const made = new Map<string, Set<string>>();
  const forget = replay.objects.on(({ resource, object }) => {
    if (resource !== 'jobs' || object.metadata.namespace !== namespace || !isOurs(object)) return;
    made.set(object.metadata.name, (made.get(object.metadata.name) ?? new Set()).add(object.metadata.uid));
  });
  return {
    ...{ namespace, executor, signal },
    jobsMade: () => made,
    remains: () =>
      (['jobs', 'pods', 'secrets'] as const).flatMap((what) => replay.objects.list(what, namespace).filter(isOurs)),
    async play(row, onStarted) {
      const image = `lab.local/${row.name}:${row.job + 1}`;
      const spec = executor.parseSpec(executorInput({ image }));
      const launch = scriptLaunch({ deed: { does: 'print', text: '' }, spec });
      const handle = await patiently(() => executor.prepare(launch, signal));
      await patiently(() => executor.start(handle, { launch, signal }));
      onStarted?.(handle);
      const waiting = patiently(() => executor.wait(handle, { signal, onProgress: () => {} }));
      if (!isStopped(row)) return { handle, outcome: await waiting };
      const stands = (): string | undefined => replay.plays().find(({ job }) => job === handle.name)?.state;
      await until(async () => ['waiting', 'over'].includes(stands() ?? ''), 'the play to wait for our call');
      await patiently(() => executor.stop(handle, { graceMs: 100, signal }));
      return { handle, outcome: await waiting };
    },
    remove: (handle) => patiently(() => executor.remove(handle, signal)),
    async [Symbol.asyncDispose]() {
      forget();
      await executor.close?.();
      await host[Symbol.asyncDispose]();
    },
  };
};

// As the engine does: who could not ask asks again.
const patiently = async <T>(call: () => Promise<T>): Promise<T> => {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!isRunyardError(error) || error.code !== 'executor-unavailable') throw error;
      await sleep(20);
    }
  }
};

const quickClock = (speed: number): Clock => {
  const clock = systemClock();
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic() * speed,
    sleep: (ms, signal) => clock.sleep(ms / speed, signal),
  };
};

const isOurs = ({ metadata }: KubeObject): boolean => metadata.labels?.['runyard.dev/installation'] !== undefined;
