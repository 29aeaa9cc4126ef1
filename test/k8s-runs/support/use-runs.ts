import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node';
import { createRunyard, type JobInput, type Run, type RunView, type Runyard, type RunyardOptions } from '@runyard/core';
import { type K8sExecutorOptions, k8sExecutor } from '@runyard/k8s-executor';
import { afterAll, beforeAll, expect } from 'vitest';
import { type LiveCluster, type LiveClusterOptions, startLiveCluster } from '../../engines/k8s/live/live-cluster.ts';
import { useDocker } from '../../engines/use-docker.ts';
import { containersOn } from '../../k8s/use-live-cluster.ts';
import { newNamespace, type TestNamespace } from './namespace.ts';
import { startWitness, type Witness } from './witness.ts';

/** A whole Runyard whose jobs run on a cluster, and what a test wants to know of it. Disposing of it closes it and takes its folder away. */
export interface OnCluster extends AsyncDisposable {
  readonly runyard: Runyard;
  readonly namespace: TestNamespace;
  readonly witness: Witness;
  readonly dataDir: string;
  /** Saves a job and starts it; its id is the run's. */
  start(job: JobInput): Promise<Run>;
  /** Resolves with the run once it is so; rejects after 20 s with what it is then. */
  until(id: string, isSo: (run: RunView) => boolean): Promise<RunView>;
  /** Resolves with the run once it has ended and nothing is left of its attempts. */
  outcome(id: string): Promise<RunView>;
  /** What its job has said, phases left out. */
  log(id: string): Promise<string>;
}

export interface OnClusterOptions extends Omit<RunyardOptions, 'executors' | 'dataDir'> {
  k8s?: K8sExecutorOptions;
}

export interface Runs {
  readonly cluster: LiveCluster;
  open(options?: OnClusterOptions): Promise<OnCluster>;
}

/** A live cluster for the tests of one file; they have to leave no container on its engine. Call it in a `describe` that is skipped where `dockerRuns` is false. */
export const useRuns = (options: Omit<LiveClusterOptions, 'docker'> = {}): Runs => {
  const docker = useDocker();
  let cluster: LiveCluster;
  beforeAll(async () => {
    cluster = await startLiveCluster({ docker: docker(), ...options });
  }, 60_000);
  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
    expect(await containersOn(docker())).toEqual([]);
  });
  return {
    get cluster() {
      return cluster;
    },
    open: (given = {}) => openOn(cluster, given),
  };
};

const openOn = async (cluster: LiveCluster, { k8s, ...options }: OnClusterOptions): Promise<OnCluster> => {
  await using opening = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'runyard-k8s-'));
  opening.defer(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }));
  const namespace = opening.use(newNamespace(cluster));
  const witness = opening.use(await startWitness());
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromString(namespace.kubeConfig);
  const dataDir = join(dir, 'data');
  const runyard = opening.use(
    await createRunyard({
      dataDir,
      executors: { k8s: k8sExecutor({ ...executorOptions(cluster), kubeConfig, ...k8s }) },
      sizes: { tiny: { cpu: 0.1, memory: '32Mi' } },
      ...options,
    }),
  );
  const stack = opening.move();

  return {
    ...{ runyard, namespace, witness, dataDir },
    async start(job) {
      const [applied] = await runyard.jobs.apply({ size: 'tiny', ...job });
      return runyard.jobs.start(applied?.job.id ?? '');
    },
    until: (id, isSo) => untilRun(runyard, id, isSo),
    async outcome(id) {
      await runyard.runs.wait(id);
      return untilRun(runyard, id, ({ attempts }) => attempts.every(({ state }) => state === 'disposed'));
    },
    async log(id) {
      let log = '';
      for await (const { stream, text } of runyard.runs.logs(id)) if (stream !== 'phase') log += text;
      return log;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};

// Not everything that is written of a run is told as an event.
const untilRun = async (runyard: Runyard, id: string, isSo: (run: RunView) => boolean): Promise<RunView> => {
  const until = performance.now() + patienceMs;
  for (;;) {
    const run = await runyard.runs.get(id);
    if (isSo(run)) return run;
    if (performance.now() > until) throw new Error(`Waited in vain; the run is ${JSON.stringify(run, null, 1)}`);
    await sleep(lookMs);
  }
};

const patienceMs = 20_000;
const lookMs = 30;

/** For executors of tests on a live cluster, where all is near and the engine has the images. */
export const executorOptions = ({ images }: LiveCluster) =>
  ({ image: images.busybox, gitImage: images.git, stopMarginMs: 2000 }) satisfies K8sExecutorOptions;
