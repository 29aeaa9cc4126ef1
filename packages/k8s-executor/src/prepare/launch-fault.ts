import { isRefusal } from '../api/refusal.ts';
import { refusalToFault } from '../manifest/refusal/refusal-to-fault.ts';

/** What the API server says of an object that it refuses, told as the attempt's fault or as nobody's. 404 and 409 are the caller's to understand. */
export const asLaunchFault = async <T>(sent: unknown, call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    if (!isRefusal(error) || isRefusal(error, 404, 409)) throw error;
    throw refusalToFault(error, sent);
  }
};
