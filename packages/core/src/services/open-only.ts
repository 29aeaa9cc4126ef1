import { RunyardError } from '../domain/errors.ts';

/** After `close`, every method says so rather than what the closed store would. */
export const openOnly = <T extends object>(service: T, isClosed: () => boolean): T =>
  // Closures that are added one by one would each stay with the object's shape, in V8, until the next full collection.
  Object.fromEntries(
    Object.entries(service).map(([name, method]) => [
      name,
      (...given: unknown[]) => {
        if (!isClosed()) return method(...given);
        const error = hasClosed();
        if (name === 'logs') throw error;
        return Promise.reject(error);
      },
    ]),
  ) as T;

export const hasClosed = (): RunyardError => new RunyardError('closed', 'This Runyard was closed.');
