import { isRunyardError } from '../../domain/errors.ts';
import { statusOf } from '../problem.ts';
import type { GivenSecret } from './given-secret.ts';

/**
 * Attaches it; where that is refused, a secret that was made for it is taken back. Where nobody knows whether it was attached, it stays: a job may need it.
 * Killed in between, it is left unattached, among the secrets of its owner, until the same is asked for again (`madeSecretId`).
 */
export const orUndo = async <T>(secret: GivenSecret | null, attach: () => Promise<T>): Promise<T> => {
  try {
    return await attach();
  } catch (error) {
    // The refusal is what counts, whatever becomes of this.
    if (isRunyardError(error) && statusOf[error.code] < 500) await secret?.undo().catch(() => {});
    throw error;
  }
};
