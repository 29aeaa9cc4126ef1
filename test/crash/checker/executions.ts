import { attemptKey } from '../../../packages/core/src/domain/run/run.ts';
import type { Said } from '../jobs/executions.ts';
import type { Check, History, Schedule, Violation } from './history.ts';

/** One attempt key never runs twice, and what ran is known. */
export const runsEachKeyOnce: Check = ({ said, recorded }) => {
  const known = new Set(recorded.attempts.map(({ runId, attempt }) => attemptKey(runId, attempt)));
  const found: Violation[] = [];
  for (const [key, begun] of Map.groupBy(linesOf(said, 'begin'), (line) => line.key)) {
    if (begun.length > 1) found.push({ kind: 'doubled', sentence: `${key} ran ${begun.length} times` });
    if (!known.has(key)) found.push({ kind: 'untrue', sentence: `${key} ran and is not in the store` });
  }
  return found;
};

/**
 * Executions of one run never overlap, nor those of a Forbid or Replace job. The order of their lines in one file is the
 * order in which they were said, whatever any clock shows. What said no end may have ended at once, so it proves nothing.
 */
export const neverOverlaps: Check = (history) => {
  const jobOf = new Map(history.recorded.runs.map(({ id, jobId }) => [id, jobId]));
  const exclusive = new Set(history.schedules.filter(({ policy }) => policy !== 'Allow').map(({ jobId }) => jobId));
  const ends = new Set(linesOf(history.said, 'end').map(({ key }) => key));
  const open = new Map<string, Set<string>>();
  const found: Violation[] = [];
  for (const { what, key } of history.said) {
    const runId = runOf(key);
    const jobId = jobOf.get(runId) ?? '';
    const group = exclusive.has(jobId) ? jobId : runId;
    const running = open.get(group) ?? new Set();
    open.set(group, running);
    if (what === 'end') running.delete(key);
    else {
      for (const other of running)
        if (other !== key) found.push({ kind: 'overlapping', sentence: `${key} began while ${other} ran` });
      if (ends.has(key)) running.add(key);
    }
  }
  return found;
};

/** What is recorded of an attempt is what its process said and did. */
export const tellsTheTruth: Check = (history) => {
  const begun = new Set(linesOf(history.said, 'begin').map(({ key }) => key));
  const ended = new Set(linesOf(history.said, 'end').map(({ key }) => key));
  const scheduleOf = schedulesByRun(history);
  return history.recorded.attempts.flatMap(({ runId, attempt, outcome }): Violation[] => {
    const key = attemptKey(runId, attempt);
    // Nobody harms what runs, so whoever ran to the end has an end that can be known.
    if (outcome?.class === 'lost' && ended.has(key))
      return [{ kind: 'untrue', sentence: `${key} is lost by its record, and ran to its end` }];
    if (outcome?.class !== 'exited') return [];
    if (!begun.has(key)) return [{ kind: 'untrue', sentence: `${key} exited by its record, and never ran` }];
    if (!ended.has(key)) return [{ kind: 'untrue', sentence: `${key} exited by its record, and said no end` }];
    const codes = scheduleOf.get(runId)?.codes ?? [];
    const code = codes[Math.min(attempt, codes.length) - 1];
    // 143: it was told to end, and did.
    if (code === undefined || outcome.code === code || outcome.code === 143) return [];
    return [{ kind: 'untrue', sentence: `${key} exited with ${code}; its record says ${outcome.code}` }];
  });
};

export const runOf = (key: string): string => key.slice(0, key.lastIndexOf('.'));

export const linesOf = (said: readonly Said[], what: Said['what']): Said[] => said.filter((line) => line.what === what);

export const schedulesByRun = ({ schedules, recorded }: History): Map<string, Schedule> => {
  const byJob = new Map(schedules.map((schedule) => [schedule.jobId, schedule]));
  return new Map(
    recorded.runs.flatMap(({ id, jobId }) => {
      const schedule = byJob.get(jobId);
      return schedule ? [[id, schedule] as const] : [];
    }),
  );
};
