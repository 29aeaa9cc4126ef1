import type { JobView } from '../../services/api.ts';

/** The published status of a job. */
export type JobStatus = 'pending' | 'running' | 'stopping' | 'stopped' | 'completed' | 'error';

export const statusOf = ({ activity: { active, running, stopping, lastEnded } }: JobView): JobStatus => {
  if (running > 0) return 'running';
  if (active > 0) return stopping > 0 ? 'stopping' : 'pending';
  if (lastEnded === 'succeeded') return 'completed';
  return lastEnded === 'failed' ? 'error' : 'stopped';
};
