import { attemptKey, isTerminal } from '../../../packages/core/src/domain/run/run.ts';
import { schedulesByRun } from './executions.ts';
import type { Check, Violation } from './history.ts';

/** Every run ends, with a reason, and so do its attempts, of which nothing is left to do. */
export const endsEachRun: Check = ({ recorded }) => [
  ...recorded.runs.flatMap(({ id, state, reason }): Violation[] => {
    if (!isTerminal(state)) return [{ kind: 'endless', sentence: `run ${id} is ${state}` }];
    return reason === null ? [{ kind: 'untrue', sentence: `run ${id} is ${state} without a reason` }] : [];
  }),
  ...recorded.attempts
    .filter(({ state }) => state !== 'disposed')
    .map(
      ({ runId, attempt, state }): Violation => ({
        kind: 'left',
        sentence: `attempt ${attemptKey(runId, attempt)} is ${state}`,
      }),
    ),
];

/** Each failure is taken from its own budget, and the run ends as its last attempt did. */
export const keepsToItsLimits: Check = (history) => {
  const scheduleOf = schedulesByRun(history);
  const attemptsOf = Map.groupBy(history.recorded.attempts, ({ runId }) => runId);
  return history.recorded.runs.flatMap(({ id, state, stop }): Violation[] => {
    const schedule = scheduleOf.get(id);
    const attempts = (attemptsOf.get(id) ?? []).sort((a, b) => a.attempt - b.attempt);
    if (!schedule) return [];
    const found: Violation[] = [];
    const spent = { failures: 0, infrastructure: 0 };
    for (const [i, { attempt, outcome }] of attempts.entries()) {
      const key = attemptKey(id, attempt);
      if (attempt !== i + 1) found.push({ kind: 'untrue', sentence: `attempt ${i + 1} of run ${id} is called ${key}` });
      const over = spent.failures > schedule.retries || spent.infrastructure > schedule.infrastructureRetries;
      if (over) found.push({ kind: 'over the limit', sentence: `${key} was tried beyond its budget` });
      if (outcome?.class === 'infrastructure' || outcome?.class === 'lost') spent.infrastructure++;
      else if (!(outcome?.class === 'exited' && outcome.code === 0)) spent.failures++;
    }
    const last = attempts.at(-1)?.outcome;
    const good = last?.class === 'exited' && last.code === 0;
    if (state === 'succeeded' && !good)
      found.push({ kind: 'untrue', sentence: `run ${id} succeeded, and its last attempt did not` });
    if (state === 'failed' && good)
      found.push({ kind: 'untrue', sentence: `run ${id} failed, and its last attempt succeeded` });
    const used = spent.failures > schedule.retries || spent.infrastructure > schedule.infrastructureRetries;
    if (state === 'failed' && !used && stop === null)
      found.push({ kind: 'untrue', sentence: `run ${id} failed, although it could have been tried again` });
    return found;
  });
};
