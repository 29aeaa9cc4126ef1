import { type Attempt, isTerminal, type Run, type RunState } from '../domain/run/run.ts';
import type { RunyardEvents } from '../ports/events.ts';
import type { EngineContext } from './context.ts';

const eventOf = {
  queued: 'run.queued',
  starting: 'run.starting',
  running: 'run.running',
  stopping: 'run.stopping',
  succeeded: 'run.succeeded',
  failed: 'run.failed',
  cancelled: 'run.cancelled',
  skipped: 'run.skipped',
} as const satisfies Record<RunState, keyof RunyardEvents>;

/** Tells of a run's present state: events, counters and the host's log. Called once the state is durable. */
export const announceRun = (context: EngineContext, run: Run): void => {
  const { counters, logger, clock, instance } = context;
  if (run.state === 'succeeded') counters.runsSucceeded++;
  else if (run.state === 'failed') counters.runsFailed++;
  else if (run.state === 'cancelled') counters.runsCancelled++;
  else if (run.state === 'skipped') counters.runsSkipped++;
  if (isTerminal(run.state)) context.retention.ended(run.jobId);
  logger.info(
    { jobId: run.jobId, runId: run.id, attempt: run.attempt, instance, state: run.state, reason: run.reason },
    `run ${run.state}${run.reason === null ? '' : ` (${run.reason})`}`,
  );
  context.emit(eventOf[run.state], { at: clock.now(), run });
};

export const announceAttempt = (
  context: EngineContext,
  name: 'attempt.started' | 'attempt.ended' | 'attempt.disposed',
  run: Run,
  attempt: Attempt,
): void => context.emit(name, { at: context.clock.now(), run, attempt });
