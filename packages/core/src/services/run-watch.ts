import type { Run } from '../domain/run/run.ts';
import { newSharedLogs } from './shared-log.ts';
import type { RunWatch } from './wait-for-end.ts';
import { newWaitingLine } from './waiting-line.ts';

/** Lets callers wait for a run without a listener on the emitter for each of them. */
export interface RunWatcher extends RunWatch {
  changed(run: Run): void;
  /** Another instance changed these, or, with null, any. */
  heard(runs: readonly string[] | null): void;
  close(reason: Error): void;
}

export const newRunWatcher = (): RunWatcher => {
  const listeners = new Map<string, Set<() => void>>();
  const closing = new AbortController();
  return {
    logs: newSharedLogs(),
    closed: closing.signal,
    watch(id, listener) {
      const own = listeners.get(id) ?? new Set();
      listeners.set(id, own.add(listener));
      return () => {
        own.delete(listener);
        if (own.size === 0 && listeners.get(id) === own) listeners.delete(id);
      };
    },
    changed({ id }) {
      for (const listener of listeners.get(id) ?? []) listener();
    },
    heard(runs) {
      for (const id of runs ?? [...listeners.keys()]) for (const listener of listeners.get(id) ?? []) listener();
    },
    line: newWaitingLine(),
    close(reason) {
      closing.abort(reason);
      for (const own of [...listeners.values()]) for (const listener of [...own]) listener();
    },
  };
};
