import type { SeenPod, View } from '../watch/view.ts';
import type { Context } from './context.ts';
import { hasEnded } from './has-ended.ts';
import { type PodEnd, podEnd } from './pod-end.ts';
import { hasStarted, rankOf, startOf } from './pod-facts.ts';
import { epoch } from './times.ts';

/** One of the pods that an attempt is made of: the only one, or that of an index of an Indexed Job. */
export interface Rank {
  /** null: the only one. */
  index: number | null;
  seen: SeenPod;
  /** null: something of it may run, or is going to. */
  end: PodEnd | null;
  /** Another pod in its place lives. */
  twice: boolean;
}

/** In their order. One attempt is one pod a rank; where there was another, the first that began speaks for it. */
export const ranksOf = (context: Context): Rank[] => {
  const byIndex = Map.groupBy(context.view.pods, ({ pod }) => rankOf(pod));
  return [...byIndex]
    .map(([index, all]) => theRank(index, all, context))
    .sort((a, b) => (a.index ?? 0) - (b.index ?? 0));
};

const theRank = (index: number | null, all: readonly SeenPod[], context: Context): Rank => {
  const { view } = context;
  const over = ({ pod, gone }: SeenPod): boolean => gone || hasEnded(pod);
  const [oldest, ...others] = [...all].sort((a, b) => createdAt(a) - createdAt(b)) as [SeenPod, ...SeenPod[]];
  const began = [oldest, ...others].find(({ pod }) => hasStarted(pod, view));
  const seen = began ?? [oldest, ...others].find((one) => !over(one)) ?? oldest;
  const end = over(seen) ? podEnd(seen, context) : null;
  return { index, seen, end, twice: all.some((one) => one !== seen && !over(one)) };
};

const createdAt = ({ pod }: SeenPod): number => epoch(pod.metadata.creationTimestamp) ?? 0;

/** How many have to succeed. Of an Indexed Job that was never seen nobody knows. */
export const ranksExpected = ({ job, pods }: View): number => {
  if (job === null) return pods.every(({ pod }) => rankOf(pod) === null) ? 1 : Number.POSITIVE_INFINITY;
  return job.spec.completionMode === 'Indexed' ? (job.spec.completions ?? 1) : 1;
};

/** As part of a look: when the first container `job` of them began, if one did. */
export const begun = (ranks: readonly Rank[]): { since?: number } => {
  const starts = ranks.flatMap(({ seen, end }) => (end === null ? startOf(seen.pod) : end.since) ?? []);
  return starts.length === 0 ? {} : { since: Math.min(...starts) };
};

/** As part of a look: whether one of them was not seen to end. */
export const unseen = (ranks: readonly Rank[]): { unseen?: true } =>
  ranks.some(({ end }) => end?.unseen) ? { unseen: true } : {};

/** What is told of one of several, or of the only one. */
export const ofRank = (index: number | null, sentence: string): string =>
  index === null ? sentence : `Rank ${index}: ${sentence}`;
