import { RunyardError } from '../domain/errors.ts';
import type { EngineContext } from '../engine/context.ts';

/** Throws where this Runyard keeps nobody, so that a user, group or token that was made would never be asked for. */
export const directoryOnly = ({ settings }: EngineContext): void => {
  if (settings.directory) return;
  throw new RunyardError(
    'no-directory',
    'This Runyard keeps no users, groups and tokens: give `createRunyard({ directory: true })`.',
    { field: 'directory' },
  );
};
