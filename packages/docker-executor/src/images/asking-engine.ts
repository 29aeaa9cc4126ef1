import { ExecutorUnavailable } from '@runyard/core';
import { bounded, unlessAborted } from '@runyard/core/executor-kit';

/**
 * Waits for an answer of the engine. Aborting ends the waiting. An error without an HTTP status, or nothing at all within `withinMs`, means
 * that it did not answer: that is `ExecutorUnavailable`; what it answered is passed on as it is.
 */
export const askEngine = async <T>(asked: Promise<T>, signal: AbortSignal, withinMs = longest): Promise<T> => {
  const limit = bounded(signal, withinMs);
  try {
    return await unlessAborted(limit.signal, asked);
  } catch (error) {
    signal.throwIfAborted();
    if (statusOf(error) !== undefined) throw error;
    throw engineSilent(error);
  } finally {
    limit.end();
  }
};

/** For what an engine knows without asking others. */
export const answerMs = 30_000;

// What takes its time is watched by who asks for it.
const longest = 86_400_000;

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
