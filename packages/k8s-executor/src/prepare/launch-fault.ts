import { unavailable } from '../api/faults.ts';
import { isRefusal } from '../api/refusal.ts';
import { refusalToFault } from '../manifest/refusal/refusal-to-fault.ts';

/**
 * What the API server says of an object that it refuses, told as the attempt's fault or as nobody's. A conflict is the caller's to understand, and what is
 * no word of an API server says nothing of the object.
 */
export const asLaunchFault = async <T>(sent: unknown, call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    if (!isRefusal(error) || error.status === 409) throw error;
    throw error.reason === '' ? unavailable(error.message, error) : refusalToFault(error, sent);
  }
};
