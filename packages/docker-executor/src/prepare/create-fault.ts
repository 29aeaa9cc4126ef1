import { infrastructureFailed, startFailed } from '@runyard/core';
import { isRefusal } from '../engine/faults.ts';

/** What it means for an attempt that its container was not made. */
export const createFault = (error: unknown): unknown => {
  if (!isRefusal(error)) return error;
  const { status, words } = error;
  if (status === 404) return startFailed('image-not-found', `The image is gone from the engine again: ${words}`, error);
  if (status >= 500)
    return infrastructureFailed('create-failed', `The engine could not make the container: ${words}`, error);
  if (/range of cpus|memory limit/i.test(words))
    return startFailed('size-refused', `The size of the job does not fit the engine's machine: ${words}`, error);
  if (/mount|bind source/i.test(words)) return startFailed('mount-failed', `A mount cannot be made: ${words}`, error);
  return startFailed('create-refused', `The engine refused the container: ${words}`, error);
};
