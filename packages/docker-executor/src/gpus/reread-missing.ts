import { isAttemptFailed } from '@runyard/core';
import type { CachedGpus } from '@runyard/core/executor-kit';

/** Does the work. Where a device turns out to be gone, it must not attract the next attempt too: whoever asks next has the devices read again. */
export const rereadMissing = async <T>(gpus: Pick<CachedGpus, 'forget'>, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (isAttemptFailed(error) && error.outcome.class === 'start-failed' && error.outcome.reason === 'gpu-missing')
      gpus.forget();
    throw error;
  }
};
