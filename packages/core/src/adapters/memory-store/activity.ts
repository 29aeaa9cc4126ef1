import { isTerminal, type Run, type TerminalState } from '../../domain/run/run.ts';
import type { ActiveCount, JobActivity } from '../../ports/store.ts';
import type { Tables } from './tables.ts';

export const activity = (tables: Tables, jobIds: readonly string[]): Map<string, JobActivity> =>
  new Map(jobIds.flatMap((id) => (tables.runsOfJob.get(id)?.length ? [[id, activityOf(tables, id)] as const] : [])));

export const activeCounts = (tables: Tables): ActiveCount[] => {
  const counts = new Map<string, ActiveCount>();
  for (const ids of tables.active.values())
    for (const id of ids) {
      const run = tables.runs.get(id)?.run;
      if (!run) continue;
      const { executor, state, createdAt } = run;
      const key = JSON.stringify([executor, state]);
      const before = counts.get(key) ?? { executor, state, runs: 0, oldestAt: createdAt };
      counts.set(key, { ...before, runs: before.runs + 1, oldestAt: Math.min(before.oldestAt, createdAt) });
    }
  return [...counts.values()];
};

const activityOf = (tables: Tables, jobId: string): JobActivity => {
  const states = [...(tables.active.get(jobId) ?? [])].map((id) => tables.runs.get(id)?.run.state);
  return {
    active: states.length,
    running: states.filter((state) => state === 'running').length,
    stopping: states.filter((state) => state === 'stopping').length,
    lastStartedAt: newest(tables, jobId, ({ state }) => state !== 'skipped')?.createdAt ?? null,
    lastEnded: lastEnded(tables, jobId),
  };
};

const lastEnded = (tables: Tables, jobId: string): TerminalState | null => {
  const state = newest(tables, jobId, (run) => isTerminal(run.state) && run.state !== 'skipped')?.state;
  return state !== undefined && isTerminal(state) ? state : null;
};

const newest = (tables: Tables, jobId: string, fits: (run: Run) => boolean): Run | undefined => {
  const ids = tables.runsOfJob.get(jobId) ?? [];
  for (let index = ids.length - 1; index >= 0; index -= 1) {
    const run = tables.runs.get(ids[index] ?? '')?.run;
    if (run && fits(run)) return run;
  }
  return undefined;
};
