import { isLive, type Run } from '../../../domain/run/run.ts';
import type { RunView, Services } from '../../../services/api.ts';
import { unlessGone } from '../unless-gone.ts';
import { noSuchPod, podsOf, readPodName } from './pod-name.ts';
import { type PodSummary, podSummary } from './pod-summary.ts';

export interface RunPods {
  run: RunView;
  scale: number;
  pods: PodSummary[];
}

export interface PodsOptions {
  alwaysStarted: boolean;
  /** Only those that something is left of at their place. */
  live?: boolean;
}

/** Runs with their attempts. One that is forgotten meanwhile is left out. */
export const withPods = async (services: Services, runs: readonly Run[], options: PodsOptions): Promise<RunPods[]> => {
  const scales = new Map<string, Promise<number>>();
  const found: RunPods[] = [];
  for (const { id, jobId } of runs) {
    const run = await unlessGone(services.runs.get(id), 'run-not-found');
    if (!run) continue;
    const scale = scales.get(jobId) ?? scaleOf(services, jobId);
    scales.set(jobId, scale);
    found.push({ run, scale: await scale, pods: podsOfRun(run, await scale, options) });
  }
  return found;
};

/** One pod by its name, with its run. Throws `run-not-found`. */
export const findPod = async (services: Services, name: string, options: PodsOptions) => {
  const pod = readPodName(name);
  const run = await services.runs.get(pod.runId);
  const attempt = run.attempts.find((one) => one.attempt === pod.attempt);
  const isThere =
    attempt && podsOf(run.id, pod.attempt, await scaleOf(services, run.jobId)).some(({ rank }) => rank === pod.rank);
  if (!isThere) throw noSuchPod();
  return { pod, run, summary: podSummary({ run, attempt, pod, alwaysStarted: options.alwaysStarted }) };
};

const podsOfRun = (run: RunView, scale: number, { alwaysStarted, live = false }: PodsOptions): PodSummary[] =>
  run.attempts
    .filter(({ state }) => !live || isLive(state))
    .flatMap((attempt) =>
      podsOf(run.id, attempt.attempt, scale).map((pod) => podSummary({ run, attempt, pod, alwaysStarted })),
    );

// Of a job that was removed since, it is not told any more.
const scaleOf = async (services: Services, jobId: string): Promise<number> =>
  (await unlessGone(services.jobs.get(jobId), 'job-not-found'))?.spec.scale ?? 1;
