import { isTerminal, type TerminalState } from '../../domain/run/run.ts';
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
    lastEnded: lastEnded(tables, jobId),
  };
};

// From the newest back: past those that are active, or were skipped.
const lastEnded = (tables: Tables, jobId: string): TerminalState | null => {
  const ids = tables.runsOfJob.get(jobId) ?? [];
  for (let index = ids.length - 1; index >= 0; index -= 1) {
    const state = tables.runs.get(ids[index] ?? '')?.run.state;
    if (state !== undefined && isTerminal(state) && state !== 'skipped') return state;
  }
  return null;
};
