import { isTerminal } from '../../../packages/core/src/domain/run/run.ts';
import type { RunFacts } from '../facts.ts';
import type { Check } from './check.ts';

const dayMs = 86_400_000;

/** What is forgotten was over in every respect, and older or more than its job keeps. */
export const forgetsOnlyWhatMayGo: Check = (_, { jobs, runs }) =>
  [...runs.values()].flatMap(({ run, pruned }) => {
    if (!pruned) return [];
    const found: string[] = [];
    if (!isTerminal(run.state)) found.push(`run ${run.id} was forgotten while it was ${run.state}`);
    if (pruned.undisposed.length > 0)
      found.push(`run ${run.id} was forgotten, and ${pruned.undisposed} was not disposed of`);
    if (run.idempotencyKey !== null && pruned.wall - run.createdAt < dayMs)
      found.push(`run ${run.id} was forgotten, and its key is remembered a day`);
    // A process that stood still acts on the job as it knew it.
    const mayGo = jobs.get(run.jobId)?.versions.some(({ job: { spec } }) => {
      const { maxAgeMs, maxRuns } = spec.retention;
      return pruned.wall - (run.endedAt ?? run.createdAt) > maxAgeMs || pruned.endedBehind >= maxRuns;
    });
    if (!mayGo) found.push(`run ${run.id} was forgotten too early: ${pruned.endedBehind} had ended behind it`);
    return found;
  });

/** In a world that is well again nothing is left of what a job does not keep, and no log without its run. */
export const keepsNoMoreThanItSays: Check = async ({ store, logStore, clock, profile }, { jobs, runs, attempts }) => {
  const found: string[] = [];
  for (const [id, { versions }] of jobs) {
    const { maxAgeMs, maxRuns } = versions.at(-1)?.job.spec.retention ?? { maxAgeMs: 0, maxRuns: 0 };
    const kept = [...runs.values()].filter(({ run, pruned }) => run.jobId === id && pruned === null);
    const free = kept.slice(0, -maxRuns).filter(({ run }) => run.idempotencyKey === null);
    if (free.length > 0) found.push(`job ${id} keeps ${kept.length} runs, and says ${maxRuns}`);
    for (const { run } of kept)
      if (run.idempotencyKey === null && clock.now() - (run.endedAt ?? 0) > maxAgeMs + 120_000)
        found.push(`run ${run.id} ended ${clock.now() - (run.endedAt ?? 0)} ms ago, and is kept for ${maxAgeMs}`);
  }
  for (const { run, pruned } of runs.values())
    if ((await store.run(run.id)) !== null && pruned) found.push(`run ${run.id} is there although it was forgotten`);
  // A process that stood still may open the log of an attempt that another has finished meanwhile.
  if (profile.freezes) return found;
  for (const { key, attempt } of attempts.values()) {
    if (!isForgotten(runs.get(attempt.runId))) continue;
    for await (const _ of logStore.read(key, { signal: new AbortController().signal })) {
      found.push(`the log of ${key} is there, and its run is forgotten`);
      break;
    }
  }
  return found;
};

export const isForgotten = (facts: RunFacts | undefined): boolean => facts !== undefined && facts.pruned !== null;
