import { constants } from 'node:os';
import type { RunDetailsShape } from '../client/shapes.ts';

/** Exit codes for ends that are not the command's own; each as other programs use it. */
export const endCodes = {
  /** As timeout(1): a limit was over. */
  timedOut: 124,
  /** As timeout(1), env(1) and `docker run`: it could not be started as asked. */
  notStarted: 125,
  /** As the kernel's killer ends a process: 128 + SIGKILL. */
  outOfMemory: 137,
  /** As a process that was asked to end: 128 + SIGTERM. */
  cancelled: 143,
  /** EX_TEMPFAIL: not the job's fault, and nobody knows how it would have ended; again may help. */
  unproved: 75,
} as const;

/** What `start --wait` ends with: the command's own exit code where it ended by itself. */
export const runExit = ({ state, reason, exit_code: exitCode, attempts }: RunDetailsShape): number => {
  if (state === 'succeeded') return 0;
  if (state === 'cancelled') return endCodes.cancelled;
  if (reason === 'timeout' || reason === 'start-deadline') return endCodes.timedOut;
  if (reason === 'abandoned') return endCodes.unproved;
  const outcome = attempts.at(-1)?.outcome ?? null;
  switch (outcome?.class) {
    case 'exited':
      return exitCode || 1;
    case 'signalled':
      return signalled(outcome.signal);
    case 'oom':
      return endCodes.outOfMemory;
    case 'timed-out':
      return endCodes.timedOut;
    case 'start-failed':
      return endCodes.notStarted;
    case 'infrastructure':
    case 'lost':
      return endCodes.unproved;
    default:
      return state === 'failed' && reason === 'lost' ? endCodes.unproved : 1;
  }
};

const signalled = (signal: string | null): number => {
  const numbers: Readonly<Record<string, number>> = constants.signals;
  const number = signal === null ? undefined : numbers[signal];
  return number === undefined ? 1 : 128 + number;
};

export const runExitHelp = [
  "Exit codes with --wait: the command's own where it ended by itself; 128 + N where signal N ended it (137 also: out of",
  'memory); 124 a time limit was over; 125 it could not be started as asked; 143 cancelled or replaced; 75 what it ran on',
  'failed, or it was lost or abandoned, so that nobody knows how it would have ended; 130 Ctrl-C (the run goes on).',
];
