import { jobVerdict } from './cause.ts';
import type { Context } from './context.ts';
import { livingState } from './living.ts';
import type { Look } from './look.ts';
import { lingers } from './pod-facts.ts';
import { begun, ofRank, type Rank, ranksExpected } from './ranks.ts';
import { epoch } from './times.ts';
import { isSuspendedAgain, withoutPod } from './unstarted.ts';
import { type Waiting, waitingOf } from './waiting.ts';

/** Nothing of it has failed so far, and something runs, or is going to. */
export const livingLook = (ranks: readonly Rank[], context: Context): Look => {
  const { job, jobGone } = context.view;
  const begin = begun(ranks);
  if (isSuspendedAgain(context.view)) return { state: 'suspended-again', ...begin };
  const isJobEnding = jobGone || job?.metadata.deletionTimestamp !== undefined || jobVerdict(job) !== undefined;
  const states = new Set(ranks.map(({ seen, end }) => (end === null ? livingState(seen.pod) : 'succeeding')));
  const areAllThere = ranks.length >= ranksExpected(context.view);
  const areDone = areAllThere && !states.has('waiting') && !states.has('running');
  if (isJobEnding) return { state: 'ending', ...begin };
  if (areDone || states.has('failing')) return { state: 'ending', ...begin, ...(isLeft(ranks) && { lingers: true }) };
  const waiting = waitingRank(ranks, context) ?? (areAllThere ? undefined : withoutPod(context));
  if (begin.since === undefined && !states.has('running')) return waiting ?? { state: 'waiting' };
  const { sentence, trouble } = waiting ?? {};
  return {
    state: 'running',
    since: begin.since ?? podsSince(ranks) ?? context.now,
    ...(sentence !== undefined && { sentence }),
    ...(trouble !== undefined && { trouble }),
  };
};

// What is on its way out for another reason is left to that, so that it is not taken for our doing.
const isLeft = (ranks: readonly Rank[]): boolean => {
  const pods = ranks.filter(({ end }) => end === null).map(({ seen }) => seen.pod);
  return pods.some(lingers) && pods.every((pod) => lingers(pod) || ['waiting', 'running'].includes(livingState(pod)));
};

// The one that most needs to be told: what nothing mends, then what has been in trouble for longest.
const waitingRank = (ranks: readonly Rank[], context: Context): Waiting | undefined =>
  ranks
    .filter(({ seen, end }) => end === null && livingState(seen.pod) === 'waiting')
    .map(({ index, seen }) => named(index, waitingOf(seen.pod, context)))
    .sort((a, b) => urgency(b) - urgency(a) || (a.trouble?.since ?? 0) - (b.trouble?.since ?? 0))[0];

const urgency = ({ trouble }: Waiting): number => (trouble === undefined ? 0 : trouble.permanent ? 2 : 1);

const named = (index: number | null, waiting: Waiting): Waiting => {
  const { sentence, trouble } = waiting;
  return {
    ...waiting,
    ...(sentence !== undefined && { sentence: ofRank(index, sentence) }),
    ...(trouble !== undefined && {
      trouble: { ...trouble, outcome: { ...trouble.outcome, sentence: ofRank(index, trouble.outcome.sentence ?? '') } },
    }),
  };
};

const podsSince = (ranks: readonly Rank[]): number | undefined =>
  ranks.map(({ seen }) => epoch(seen.pod.status?.startTime)).find((at) => at !== undefined);
