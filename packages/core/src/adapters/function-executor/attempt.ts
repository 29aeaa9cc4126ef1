import type { Outcome } from '../../domain/run/outcome.ts';
import { Bell } from '../shared/bell.ts';
import { OutputRing } from './output-ring.ts';

/** One attempt in this process. There may be tens of thousands a second: it holds nothing that is not needed. */
export interface FunctionAttempt {
  readonly key: string;
  /** Tells it from an earlier one of the same key. */
  readonly id: number;
  readonly installation: string;
  readonly createdAt: number;
  readonly output: OutputRing;
  /** Rings when it starts and when it ends. */
  readonly changes: Bell;
  startedAt: number | undefined;
  running: Running | undefined;
  /** Asked to stop because the process is closing, which is no fault of the job's. */
  hostClosed: boolean;
  outcome: Outcome | undefined;
}

/** What can be done to an attempt that has started. */
export interface Running {
  /** Asks it to end. */
  abort(reason: Error): void;
  /** Once this resolves, the attempt has ended. */
  kill(): Promise<void>;
}

export const newAttempt = (
  given: Pick<FunctionAttempt, 'key' | 'id' | 'installation' | 'createdAt'>,
  outputBytes: number,
): FunctionAttempt => ({
  ...given,
  output: new OutputRing(outputBytes),
  changes: new Bell(),
  startedAt: undefined,
  running: undefined,
  hostClosed: false,
  outcome: undefined,
});

/** The first outcome is kept: what a function does after it was given up changes nothing. */
export function endAttempt(attempt: FunctionAttempt, outcome: Outcome): void {
  if (attempt.outcome !== undefined) return;
  const finished = outcome.class === 'exited' && outcome.code === 0;
  attempt.outcome = attempt.hostClosed && !finished ? { class: 'lost', sentence: closedSentence } : outcome;
  attempt.running = undefined;
  attempt.output.end();
  attempt.changes.ring();
}

const closedSentence = 'The host closed while it ran.';
