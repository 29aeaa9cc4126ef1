import type { Verdict } from './fits.ts';

/** Why a pod waits, as the scheduler says it: what is in the way on how many nodes, and whether driving others away would help. */
export const unschedulable = (verdicts: readonly Verdict[]): string => {
  const none = `0/${verdicts.length} nodes are available`;
  const reasons = tally(verdicts.flatMap((verdict) => verdict.reasons));
  const help = tally(
    verdicts.map(({ preemptable }) =>
      preemptable ? 'No preemption victims found for incoming pod' : 'Preemption is not helpful for scheduling',
    ),
  );
  return `${none}: ${reasons}. no new claims to deallocate, preemption: ${none}: ${help}.`;
};

const tally = (words: readonly string[]): string =>
  [...Map.groupBy(words, (word) => word)]
    .map(([word, all]) => `${all.length} ${word}`)
    .sort()
    .join(', ');
