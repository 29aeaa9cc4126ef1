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
  /** What an attempt waits for before it runs, in its engine's words: a pull with its bytes, a pod that is pending. Not durable, and often. */
  'attempt.progress': AttemptEvent & { phase: string | null; sentence: string | null };
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
  /** The engine is held back by its store or its queue, or is not any more. Nothing is dropped: what is to be done waits. */
  'engine.pressure': {
    at: number;
    state: 'entered' | 'left';
    reason: PressureReason;
    /** When it was entered, epoch ms. */
    since: number;
    sentence: string;
    /** Plain numbers: `slowestMs`, `inFlight`, `waiting`, `launching`. */
    figures: Readonly<Record<string, number>>;
  };
  /** A fault in the background. Never throws when no one listens. */
  error: { at: number; error: unknown; sentence: string };
}

/**
 * `store-slow`: answers of the store take long. `store-queue-full`: as many commits as may be are in flight, and others wait.
 * `launch-queue-full`: launches take so long that runs wait for theirs.
 */
export type PressureReason = 'store-slow' | 'store-queue-full' | 'launch-queue-full';

export interface RunEvent {
  at: number;
  run: Run;
}

export interface AttemptEvent {
  at: number;
  run: Run;
  attempt: Attempt;
}
