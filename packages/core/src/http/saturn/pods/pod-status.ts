import type { Outcome } from '../../../domain/run/outcome.ts';
import { type Attempt, isLive, type Run, type RunState } from '../../../domain/run/run.ts';

export const podStates = ['pending', 'running', 'error', 'stopping', 'stopped', 'completed', 'unknown'] as const;
export type PodStatus = (typeof podStates)[number];

export const containerStates = ['running', 'pending', 'waiting', 'completed', 'error'] as const;
export type ContainerStatus = (typeof containerStates)[number];

export const runStates = ['pending', 'running', 'stopping', 'stopped', 'completed', 'error'] as const;
export type RunStatus = (typeof runStates)[number];

/** A run in the published words for a job's status. */
export const runStatus: Readonly<Record<RunState, RunStatus>> = {
  queued: 'pending',
  starting: 'pending',
  running: 'running',
  stopping: 'stopping',
  succeeded: 'completed',
  failed: 'error',
  cancelled: 'stopped',
  skipped: 'stopped',
};

/** An attempt in the published words for a pod's. */
export const podStatus = (run: Pick<Run, 'state' | 'stop'>, attempt: Attempt): PodStatus => {
  const { state, startedAt, outcome } = attempt;
  if (isLive(state) && run.state === 'stopping') return 'stopping';
  if (isLive(state)) return startedAt === null ? 'pending' : 'running';
  if (outcome === null) return 'unknown';
  if (outcome.class === 'exited' && outcome.code === 0) return 'completed';
  if (run.state === 'cancelled' && !endedBefore(attempt, run.stop)) return 'stopped';
  return outcome.class === 'lost' ? 'unknown' : 'error';
};

// It had failed already when its run, which would have tried once more, was cancelled.
const endedBefore = ({ endedAt }: Attempt, stop: Run['stop']): boolean =>
  endedAt !== null && stop !== null && endedAt < stop.at;

/** That of the one container of such a pod. */
export const containerStatus: Readonly<Record<PodStatus, ContainerStatus>> = {
  pending: 'waiting',
  running: 'running',
  stopping: 'running',
  completed: 'completed',
  stopped: 'error',
  error: 'error',
  unknown: 'error',
};

/** The two reasons that are published. */
export const podReason = (outcome: Outcome | null): 'OOMKilled' | 'Evicted' | null => {
  if (outcome?.class === 'oom') return 'OOMKilled';
  return outcome?.class === 'infrastructure' && /evict|preempt/i.test(outcome.reason) ? 'Evicted' : null;
};
