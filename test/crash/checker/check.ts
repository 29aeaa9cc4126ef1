import type { Said } from '../jobs/executions.ts';
import { endsEachRun, keepsToItsLimits } from './endings.ts';
import { linesOf, neverOverlaps, runsEachKeyOnce, tellsTheTruth } from './executions.ts';
import type { Check, History, Violation } from './history.ts';
import { accountsForEachInstant, beginsNothingEarly } from './occurrences.ts';

/** Everything that a history proves to be broken. Empty: nothing. */
export const check = (history: History): Violation[] => checks.flatMap((one) => one(history));

const leavesNothing: Check = ({ left, unfenced, faults }) => [
  ...left.map((sentence): Violation => ({ kind: 'left', sentence })),
  ...unfenced.map((sentence): Violation => ({ kind: 'unfenced', sentence })),
  ...faults.map((sentence): Violation => ({ kind: 'fault', sentence })),
];

const checks: readonly Check[] = [
  accountsForEachInstant,
  beginsNothingEarly,
  runsEachKeyOnce,
  neverOverlaps,
  tellsTheTruth,
  endsEachRun,
  keepsToItsLimits,
  leavesNothing,
];

const keysOf = (said: readonly Said[], what: Said['what']): Set<string> =>
  new Set(linesOf(said, what).map(({ key }) => key));

/** What there was in it, so that a run of the harness that saw nothing is not taken for a good one. */
export const countsOf = ({ recorded, said }: History): Record<string, number> => {
  const ended = keysOf(said, 'end');
  const rows = recorded.occurrences;
  const sum = (some: typeof rows): number => some.reduce((total, { count }) => total + count, 0);
  const states = Map.groupBy(recorded.runs, ({ state }) => state);
  return {
    occurrences: sum(rows),
    'without a run': sum(rows.filter(({ runId }) => runId === null)),
    runs: recorded.runs.length,
    ...Object.fromEntries([...states].map(([state, runs]) => [state, runs.length])),
    executions: linesOf(said, 'begin').length,
    'without an end': [...keysOf(said, 'begin')].filter((key) => !ended.has(key)).length,
    retries: recorded.attempts.filter(({ attempt }) => attempt > 1).length,
    lost: recorded.attempts.filter(({ outcome }) => outcome?.class === 'lost').length,
    vanished: recorded.attempts.filter(
      ({ outcome }) => outcome?.class === 'infrastructure' && outcome.reason === 'vanished',
    ).length,
  };
};
