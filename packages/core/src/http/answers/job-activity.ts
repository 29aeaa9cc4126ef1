import { activeStates, type RunState } from '../../domain/run/run.ts';
import type { JobView, Runs } from '../../services/api.ts';

/** The published status of a job, and how many of its runs are running. */
export interface Activity {
  status: 'pending' | 'running' | 'stopping' | 'stopped' | 'completed' | 'error';
  running: number;
}

export const activityOf = async (runs: Runs, job: JobView): Promise<Activity> => {
  if (job.activeRuns > 0) {
    const { items } = await runs.list({ jobId: job.id, states: [...activeStates], limit: 1000 });
    if (items.length > 0) return activeActivity(items.map(({ state }) => state));
  }
  const { items } = await runs.list({ jobId: job.id, states: ['succeeded', 'failed', 'cancelled'], limit: 1 });
  return { status: statusOfLast(items[0]?.state), running: 0 };
};

const activeActivity = (states: readonly RunState[]): Activity => {
  const running = states.filter((state) => state === 'running').length;
  if (running > 0) return { status: 'running', running };
  return { status: states.includes('stopping') ? 'stopping' : 'pending', running };
};

const statusOfLast = (state: RunState | undefined): Activity['status'] => {
  if (state === 'succeeded') return 'completed';
  return state === 'failed' ? 'error' : 'stopped';
};
