import { isTerminal, type Run, type TerminalState } from '../../domain/run/run.ts';
import type { JobActivity } from '../../ports/store.ts';
import type { Tables } from './tables.ts';

export const activity = (tables: Tables, jobIds: readonly string[]): Map<string, JobActivity> =>
  new Map(jobIds.flatMap((id) => (tables.runsOfJob.get(id)?.length ? [[id, activityOf(tables, id)] as const] : [])));

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
