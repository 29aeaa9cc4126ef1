import type { Job } from '../domain/job/job.ts';
import type { Attempt, Occurrence, Run } from '../domain/run/run.ts';

/** What can be listened to. Events come after the change is durable. */
export interface RunyardEvents {
  /** A start was accepted, or a schedule fired, or a retry waits for its delay. */
  'run.queued': RunEvent;
  /** Admitted; its attempt is being prepared. */
  'run.starting': RunEvent;
  /** The command's script is running. */
  'run.running': RunEvent;
  /** Asked to stop; its executor has not yet proved it gone. */
  'run.stopping': RunEvent;
  'run.succeeded': RunEvent;
  'run.failed': RunEvent;
  'run.cancelled': RunEvent;
  /** Not run at all, with the reason. */
  'run.skipped': RunEvent;
  'attempt.started': AttemptEvent;
  'attempt.ended': AttemptEvent;
  /** Nothing of the attempt is left at its place. */
  'attempt.disposed': AttemptEvent;
  'occurrence.recorded': { at: number; occurrence: Occurrence };
  /** Created, edited, paused, resumed or removed. */
  'job.changed': {
    at: number;
    job: Job;
    change: 'created' | 'updated' | 'paused' | 'resumed' | 'removed';
    /** What the person who paused or resumed it said. */
    note?: string;
  };
  /** The engine is held back by its store or its queue. */
  'engine.pressure': { at: number; sentence: string };
  /** A fault in the background. Never throws when no one listens. */
  error: { at: number; error: unknown; sentence: string };
}

export interface RunEvent {
  at: number;
  run: Run;
}

export interface AttemptEvent {
  at: number;
  run: Run;
  attempt: Attempt;
}
