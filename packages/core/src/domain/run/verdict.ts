import type { Outcome } from './outcome.ts';
import type { StopCause, TerminalState } from './run.ts';

/** How an ended attempt is judged. */
export interface Verdict {
  state: TerminalState;
  reason: string;
  sentence: string;
  /** Which retry budget the failure is taken from. */
  budget: 'none' | 'backoff' | 'infrastructure';
  exitCode: number | null;
}

/**
 * The first cause wins: what was asked to stop ended because of that, however the process then ended. Without a
 * cause, the outcome speaks. `outcome` is null where no attempt was made.
 */
export const verdictOf = (outcome: Outcome | null, cause: StopCause | null): Verdict => {
  if (cause === 'abandoned' && outcome === null)
    return ended('failed', cause, 'It was abandoned by an operator before it was started.');
  if (cause !== null && cause !== 'host-closed') return stopped(cause);
  if (outcome === null) return ended('failed', 'lost', 'No attempt was made.', 'infrastructure');
  return judged(outcome);
};

const stopped = (cause: Exclude<StopCause, 'host-closed'>): Verdict => {
  switch (cause) {
    case 'cancelled-by-user':
      return ended('cancelled', cause, 'Cancelled on request.');
    case 'replaced':
      return ended('cancelled', cause, 'A newer run of the job replaced it (concurrency policy Replace).');
    case 'job-removed':
      return ended('cancelled', cause, 'Its job was removed.');
    case 'abandoned':
      return ended('failed', cause, 'It was abandoned by an operator: its place did not say what became of it.');
    case 'start-deadline':
      return ended('failed', cause, 'It was not running within its start deadline.');
    case 'timeout':
      return timedOut();
  }
};

// The same, whether we ended it or its engine did.
const timedOut = (sentence = 'It ran longer than its run limit and was stopped.'): Verdict =>
  ended('failed', 'timeout', sentence, 'backoff');

const judged = (outcome: Outcome): Verdict => {
  const where =
    outcome.phase === undefined || outcome.phase === 'command' ? 'The command' : `The phase ${outcome.phase}`;
  switch (outcome.class) {
    case 'exited':
      if (outcome.code === 0)
        return {
          ...ended('succeeded', 'completed', outcome.sentence ?? 'The command ended with exit code 0.'),
          exitCode: 0,
        };
      return {
        ...ended(
          'failed',
          'exit-code',
          outcome.sentence ?? `${where} ended with exit code ${outcome.code}.`,
          'backoff',
        ),
        exitCode: outcome.code,
      };
    case 'signalled':
      return ended('failed', 'signal', outcome.sentence ?? `${where} was ended by ${outcome.signal}.`, 'backoff');
    case 'oom':
      return ended('failed', 'oom', outcome.sentence ?? `${where} ran out of memory and was killed.`, 'backoff');
    case 'timed-out':
      return timedOut(outcome.sentence);
    case 'start-failed':
      return ended('failed', outcome.reason, outcome.sentence ?? 'It could not be started as asked.', 'backoff');
    case 'infrastructure':
      return ended('failed', outcome.reason, outcome.sentence ?? 'What it ran on failed.', 'infrastructure');
    case 'lost':
      return ended(
        'failed',
        'lost',
        outcome.sentence ?? 'It is gone, and nothing tells how it ended.',
        'infrastructure',
      );
  }
};

const ended = (
  state: TerminalState,
  reason: string,
  sentence: string,
  budget: Verdict['budget'] = 'none',
): Verdict => ({
  state,
  reason,
  sentence,
  budget,
  exitCode: null,
});
