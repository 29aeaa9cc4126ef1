import type { Job } from '../domain/job/job.ts';
import type { Attempt, PhaseMark, Run } from '../domain/run/run.ts';
import { isAbandoned } from '../domain/run/stop.ts';
import type { Change } from '../ports/store.ts';
import { type Masker, masker } from './masking/masker.ts';
import { Once } from './once.ts';

/** Why we let go of what has not begun, while what has begun is ended first. */
export class BeingClosed extends Error {
  constructor() {
    super('this Runyard is being closed');
    this.name = 'BeingClosed';
  }
}

export interface HeldChange {
  run?: Run;
  attempt?: Attempt;
  /** The run goes back to the queue: see `run.write`. */
  retry?: boolean;
  /** Is written in the same transaction, behind them. */
  with?: readonly Change[];
}

/** As of one change; others may have been written with it. */
export interface Written {
  run: Run;
  attempt: Attempt;
}

/** What waits to be written, and who waits for that. */
export interface HeldWrite {
  /** Sees the newest version, and may return null to write nothing. */
  change(run: Run, attempt: Attempt): HeldChange | null;
  done: PromiseWithResolvers<Written>;
}

/** A run that this instance looks after. */
export interface Held {
  /** The newest version that is durable. */
  run: Run;
  attempt: Attempt;
  readonly job: Job;
  /** Admitted here and now: nothing of its attempt has begun, and nobody has opened its log. */
  readonly fresh: boolean;
  /** Ends our waiting and nothing else: the instance closes, or the lease is another's now. */
  readonly detach: AbortController;
  /** The run was asked to stop; `run.stop` says why. */
  readonly halt: Once;
  /** No proof of its attempt's end is waited for any more: it was abandoned, or its place was silent for too long. */
  readonly forsaken: Once;
  /** The present attempt runs: ends the start deadline and begins the run limit. */
  readonly running: Once;
  /** When each phase of the attempt began; written with its next change. */
  readonly phases: PhaseMark[];
  /** Resolves when nothing is done for it here any more. */
  readonly over: PromiseWithResolvers<void>;
  /** Stopped because our lease had lapsed, which is how it ends. */
  lapsed: boolean;
  /** Of what the job's secrets are, as far as that is known here; everything that is told of the run goes through it. */
  readonly masker: Masker;
  /** It runs with secrets that are not known here yet, since somebody else started it. */
  isBlind: boolean;
  /** What is still to be written of it; see `writeHeld`. */
  readonly writes: HeldWrite[];
  writing: boolean;
}

/** The runs that this instance looks after, and everything of theirs that is still going on. */
export interface Holdings {
  readonly runs: Map<string, Held>;
  /** Runs that are being adopted now. */
  readonly adopting: Set<string>;
  /** All that is attended, also behind the run's end while its attempt is sealed and disposed of. */
  readonly attended: Set<Held>;
  /** Settles when what was begun for a run is over, also after its end (sealing, disposing). */
  readonly tasks: Set<Promise<void>>;
  /** Attempts that somebody has ended and not disposed of: since when we see them, on the monotonic clock, and whether we look just now. */
  readonly leftEndings: { seen: ReadonlyMap<string, number>; looking: boolean };
  /** Keys of attempts that this instance seals and disposes of. */
  readonly ending: Set<string>;
  /** Aborted at close: every `detach` follows. */
  readonly closing: AbortController;
}

export const newHoldings = (): Holdings => ({
  runs: new Map(),
  adopting: new Set(),
  attended: new Set(),
  tasks: new Set(),
  leftEndings: { seen: new Map(), looking: false },
  ending: new Set(),
  closing: new AbortController(),
});

export const hold = (
  holdings: Holdings,
  { run, attempt, job, fresh }: Pick<Held, 'run' | 'attempt' | 'job' | 'fresh'>,
): Held => {
  const held: Held = {
    run,
    attempt,
    job,
    fresh,
    detach: new AbortController(),
    halt: new Once(),
    forsaken: new Once(),
    running: new Once(),
    phases: [...attempt.phases],
    over: Promise.withResolvers<void>(),
    lapsed: false,
    masker: masker(),
    isBlind: false,
    writes: [],
    writing: false,
  };
  if (attempt.startedAt !== null) held.running.happen();
  if (run.stop) held.halt.happen();
  if (isAbandoned(run.stop)) held.forsaken.happen();
  if (holdings.closing.signal.aborted) held.detach.abort(holdings.closing.signal.reason);
  holdings.runs.set(run.id, held);
  holdings.attended.add(held);
  return held;
};

/** Remembers a task until it is over, so that `close` can wait for it. */
export const track = (holdings: Holdings, task: Promise<void>): void => {
  const tracked = task.finally(() => holdings.tasks.delete(tracked));
  holdings.tasks.add(tracked);
};

export const detachAll = (holdings: Holdings, reason: Error): void => {
  holdings.closing.abort(reason);
  for (const held of holdings.attended) held.detach.abort(reason);
};
