import { constants } from 'node:os';
import type { Outcome } from '../../domain/run/outcome.ts';
import { type PhaseNote, scriptOutcome } from '../../domain/run/script-outcome.ts';

/** What the supervisor wrote when its command ended. */
export interface ExitNote {
  status: number;
  /** The shell said that a signal ended it; else a status above 128 is an exit code of the command's own. */
  signalled: boolean;
  /** The supervisor itself was told to end, by someone else than us or by the machine shutting down. */
  interrupted: boolean;
  at: number;
}

/** null: not yet whole. What comes behind `end` is the room that was taken beforehand. */
export const parseExit = (text: string, at: number): ExitNote | null => {
  const [status, signalled, interrupted, end] = text.split('\n');
  if (end !== 'end' || !/^\d+$/.test(status ?? '')) return null;
  return { status: Number(status), signalled: signalled === '1', interrupted: interrupted === '1', at };
};

/**
 * Which outcome an end is. A shell knows no other difference between `exit 137` and a death by SIGKILL than that it
 * mentions the latter; deaths by SIGINT and SIGPIPE are never mentioned, so they read as exit codes 130 and 141.
 */
export const outcomeOf = (exit: ExitNote, phase: PhaseNote | null, orderedByUs: boolean): Outcome => {
  const when = { endedAt: exit.at, ...(phase !== null && { phase: phase.name }) };
  if (exit.interrupted && !orderedByUs)
    return { class: 'infrastructure', reason: 'terminated', sentence: interrupted, ...when };
  const signal = exit.signalled ? signalNames.get(exit.status - 128) : undefined;
  if (signal !== undefined) return { class: 'signalled', signal, ...when };
  if (phase === null)
    return { class: 'start-failed', reason: 'shell-missing', sentence: shellMissing(exit.status), ...when };
  return { ...scriptOutcome(exit.status, phase), ...when };
};

const interrupted =
  'It was told to end by something else than Runyard, as when its service or the machine is stopped. Nothing says how far it came.';

const shellMissing = (status: number): string =>
  `Its script could not be run (status ${status}): the shell that it needs is not there. A start script needs bash.`;

const signalNames = new Map(Object.entries(constants.signals).map(([name, number]) => [number as number, name]));
