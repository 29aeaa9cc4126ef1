import { ExecutorUnavailable } from '@runyard/core';

/**
 * Waits for an answer of the engine. Aborting ends the waiting. An error without an HTTP status means that it did not answer: that is
 * `ExecutorUnavailable`; what it answered is passed on as it is.
 */
export const askEngine = async <T>(asked: Promise<T>, signal: AbortSignal): Promise<T> => {
  try {
    return await orAborted(asked, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (statusOf(error) !== undefined) throw error;
    throw engineSilent(error);
  }
};

/** The status of an answer that was an error; undefined where there was no answer. */
export const statusOf = (error: unknown): number | undefined => {
  const status = isObject(error) ? error.statusCode : undefined;
  return typeof status === 'number' ? status : undefined;
};

/** The engine's words, without what the client puts around them. */
export const wordsOf = (error: unknown): string => {
  const json = isObject(error) ? error.json : undefined;
  if (isObject(json) && typeof json.message === 'string') return json.message.trim();
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^\(HTTP code \d+\) .*? - /, '').trim();
};

export const engineSilent = (cause: unknown): ExecutorUnavailable =>
  new ExecutorUnavailable(
    `The Docker engine did not answer: ${cause instanceof Error ? cause.message : String(cause)}.`,
    {
      cause,
    },
  );

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

// Not every method of the client takes a signal.
const orAborted = async <T>(asked: Promise<T>, signal: AbortSignal): Promise<T> => {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([asked, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
};
