import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRunyard, type JobInput, type Run, type RunView, type Runyard, type RunyardOptions } from '@runyard/core';
import { type K8sExecutorOptions, k8sExecutor } from '@runyard/k8s-executor';
import type { LiveCluster } from '../../engines/k8s/live/live-cluster.ts';
import { executorOptions } from './executor-options.ts';
import { newNamespace, type TestNamespace } from './namespace.ts';
import { untilRun } from './until-run.ts';
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
  /** Closes it and opens it again on the same folder, `meanwhile` having been done in between. */
  again(meanwhile?: () => Promise<void>): Promise<void>;
}

export interface OnClusterOptions extends Omit<RunyardOptions, 'executors' | 'dataDir'> {
  k8s?: K8sExecutorOptions;
}

export const openOnCluster = async (
  cluster: LiveCluster,
  { k8s, ...options }: OnClusterOptions,
): Promise<OnCluster> => {
  await using opening = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'runyard-k8s-'));
  opening.defer(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }));
  const namespace = opening.use(newNamespace(cluster));
  const witness = opening.use(await startWitness());
  const dataDir = join(dir, 'data');
  const open = (): Promise<Runyard> =>
    createRunyard({
      dataDir,
      executors: { k8s: k8sExecutor({ ...executorOptions(cluster, namespace), ...k8s }) },
      sizes: { tiny: { cpu: 0.1, memory: '32Mi' } },
      ...options,
    });
  let runyard = await open();
  opening.defer(() => runyard.close());
  const stack = opening.move();

  return {
    ...{ namespace, witness, dataDir },
    get runyard() {
      return runyard;
    },
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
    async again(meanwhile = async () => {}) {
      await runyard.close();
      await meanwhile();
      runyard = await open();
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};
