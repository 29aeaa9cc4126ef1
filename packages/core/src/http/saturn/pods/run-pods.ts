import { isLive, type Run } from '../../../domain/run/run.ts';
import type { RunView, Services } from '../../../services/api.ts';
import { unlessGone } from '../unless-gone.ts';
import { isPodOf, noSuchPod, podsOf, readPodName } from './pod-name.ts';
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

/** So many pods are told at once, in equal shares for all runs of an answer: a job may ask for 10,000 machines, and be tried 1,000 times. */
const mostPods = 1000;

/** For descriptions. */
export const manyPods =
  'Of many pods a page tells 1,000, in equal shares for its runs: the newest attempts, and the first machines of each.';

/** Runs with their attempts. One that is forgotten meanwhile is left out; of many pods the newest attempts are told, and the first machines of each. */
export const withPods = async (services: Services, runs: readonly Run[], options: PodsOptions): Promise<RunPods[]> => {
  const scales = new Map<string, Promise<number>>();
  const found: RunPods[] = [];
  const most = Math.max(1, Math.floor(mostPods / runs.length));
  for (const { id, jobId } of runs) {
    const run = await unlessGone(services.runs.get(id), 'run-not-found');
    if (!run) continue;
    const scale = scales.get(jobId) ?? scaleOf(services, jobId);
    scales.set(jobId, scale);
    found.push({ run, scale: await scale, pods: podsOfRun(run, { scale: await scale, most, ...options }) });
  }
  return found;
};

/** One pod by its name, with its run. Throws `run-not-found`. */
export const findPod = async (services: Services, name: string, options: PodsOptions) => {
  const pod = readPodName(name);
  const run = await services.runs.get(pod.runId);
  const attempt = run.attempts.find((one) => one.attempt === pod.attempt);
  if (!attempt || !isPodOf(pod, await scaleOf(services, run.jobId))) throw noSuchPod();
  return { pod, run, summary: podSummary({ run, attempt, pod, alwaysStarted: options.alwaysStarted }) };
};

const podsOfRun = (
  run: RunView,
  { scale, most, alwaysStarted, live = false }: PodsOptions & { scale: number; most: number },
): PodSummary[] => {
  const attempts = run.attempts.filter(({ state }) => !live || isLive(state));
  let told: PodSummary[] = [];
  for (const attempt of attempts.reverse()) {
    const pods = podsOf(attempt, { scale, most: most - told.length });
    told = [...pods.map((pod) => podSummary({ run, attempt, pod, alwaysStarted })), ...told];
    if (told.length === most) break;
  }
  return told;
};

// Of a job that was removed since, it is not told any more.
const scaleOf = async (services: Services, jobId: string): Promise<number> =>
  (await unlessGone(services.jobs.get(jobId), 'job-not-found'))?.spec.scale ?? 1;
