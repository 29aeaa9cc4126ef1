import { RunyardError } from '../../domain/errors.ts';
import { isTerminal, type Run } from '../../domain/run/run.ts';

/** Throws where a log that was followed to its end is not at its end: one that was cut off must not look like one that ended. */
export const assertEnd = async (run: () => Promise<Run>): Promise<void> => {
  if (!isTerminal((await run()).state))
    throw new RunyardError('closed', 'The log was cut off: go on behind its last cursor.');
};
