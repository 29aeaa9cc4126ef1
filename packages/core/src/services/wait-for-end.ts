import { RunyardError } from '../domain/errors.ts';
import { isTerminal, type Run } from '../domain/run/run.ts';
import type { EngineContext } from '../engine/context.ts';
import type { SharedLogs } from './shared-log.ts';
import type { WaitingLine } from './waiting-line.ts';

/** Tells of changes of runs in this process. */
export interface RunWatch {
  /** Calls `listener` whenever the run's state changes, and when this Runyard is closed; returns how to stop it. */
  watch(id: string, listener: () => void): () => void;
  /** How followers share the reading of a log. */
  readonly logs: SharedLogs;
  /** Aborted when this Runyard is closed. */
  readonly closed: AbortSignal;
  /** In which those wait who have to look again. */
  readonly line: WaitingLine;
}

/** Resolves with the run once it has ended. Keeps the process alive meanwhile: somebody awaits it. */
export const waitForEnd = async (
  context: EngineContext,
  run: Run,
  { watch, closed, line }: RunWatch,
  signal?: AbortSignal,
): Promise<Run> => {
  let news = Promise.withResolvers<void>();
  const wake = (): void => news.resolve();
  const unwatch = watch(run.id, wake);
  signal?.addEventListener('abort', wake);
  // On a shared store another instance may look after the run, and its events are not ours.
  const leave = line.join(context.exclusive ? null : wake);
  try {
    // Looked at again once we listen, since it may have ended in between.
    for (;;) {
      const now = await context.store.run(run.id).catch((error: unknown) => {
        // Of a store that is being closed it is not known, and need not be.
        if (closed.aborted) throw goesOn();
        throw error;
      });
      if (!now) throw new RunyardError('run-not-found', `Run ${run.id} was removed.`);
      if (isTerminal(now.state)) return now;
      signal?.throwIfAborted();
      if (closed.aborted) throw goesOn();
      await news.promise;
      news = Promise.withResolvers<void>();
    }
  } finally {
    leave();
    unwatch();
    signal?.removeEventListener('abort', wake);
  }
};

const goesOn = (): RunyardError => new RunyardError('closed', 'This Runyard was closed; the run goes on.');
