import type { Outcome } from '@runyard/core';
import type { View } from '../watch/view.ts';
import { conditionOf, jobVerdict } from './cause.ts';
import type { Context } from './context.ts';
import type { Look } from './look.ts';
import type { PodEnd } from './pod-end.ts';
import { begun, ofRank, type Rank, ranksExpected, unseen } from './ranks.ts';
import { epoch } from './times.ts';
import { isSuspendedAgain } from './unstarted.ts';
import { cut } from './words.ts';

type EndedRank = Rank & { end: PodEnd };

/**
 * The rank that decides over an attempt: the one that failed first. What was asked to end failed when that was asked, since the others may fail of its
 * being gone sooner than it ends; in the same second, what ended by itself comes first. What the Job's controller asked to end, since another had
 * failed, comes last.
 */
export const firstFailed = (ranks: readonly Rank[], { job }: View): EndedRank | undefined => {
  const over = epoch(conditionOf(job, 'FailureTarget')?.lastTransitionTime) ?? Number.POSITIVE_INFINITY;
  const consequence = ({ byItself, at }: PodEnd): number => Number(!byItself && at >= over);
  return ranks
    .filter((rank): rank is EndedRank => rank.end !== null && !isSuccess(rank.end.outcome))
    .sort(
      ({ end: a }, { end: b }) =>
        consequence(a) - consequence(b) || a.at - b.at || Number(b.byItself) - Number(a.byItself),
    )[0];
};

const isSuccess = (outcome: PodEnd['outcome']): boolean =>
  typeof outcome === 'object' && outcome.class === 'exited' && outcome.code === 0;

/** It ends as that rank did, once all the others are gone as well. */
export const failedLook = ({ index, end }: EndedRank, ranks: readonly Rank[], { view }: Context): Look => {
  const since = begun(ranks);
  const runsAgain = !view.jobGone && ranks.some(({ twice, end: other }) => twice && other !== null);
  if (!end.byItself && isSuspendedAgain(view)) return { state: 'suspended-again', ...since };
  if (runsAgain) {
    const first = typeof end.outcome === 'string' ? {} : { outcome: told(index, end.outcome) };
    return { state: 'suspended-again', ...since, ...first };
  }
  if (ranks.some((rank) => rank.end === null || rank.twice) || mayComeMore(ranks, view))
    return { state: 'ending', ...since };
  if (end.outcome === 'unsaid') return { state: 'ending', ...since };
  if (end.outcome === 'vanished') return { state: 'gone' };
  return { state: 'finished', outcome: told(index, end.outcome), ...since, ...unseen(ranks) };
};

// Until its controller has heard of the failure, which then makes no more.
const mayComeMore = (ranks: readonly Rank[], view: View): boolean => {
  const { job, jobGone } = view;
  return (
    ranks.length < ranksExpected(view) &&
    !jobGone &&
    job?.metadata.deletionTimestamp === undefined &&
    jobVerdict(job) === undefined
  );
};

const told = (index: number | null, outcome: Outcome): Outcome =>
  index === null ? outcome : { ...outcome, sentence: cut(ofRank(index, outcome.sentence ?? plainly(outcome))) };

const plainly = (outcome: Outcome): string => {
  if (outcome.class === 'exited') return `its command ended with exit code ${outcome.code}.`;
  if (outcome.class === 'signalled') return `its command was ended by ${outcome.signal}.`;
  return 'it failed.';
};
