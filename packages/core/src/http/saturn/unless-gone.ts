import { type ErrorCode, isRunyardError } from '../../domain/errors.ts';

/** What was found; null where the answer is that code: it is not there any more. */
export const unlessGone = async <T>(found: Promise<T>, code: ErrorCode): Promise<T | null> => {
  try {
    return await found;
  } catch (error) {
    if (isRunyardError(error) && error.code === code) return null;
    throw error;
  }
};
