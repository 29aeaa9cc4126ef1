import { type FSWatcher, watch as watchFiles } from 'node:fs';
import type { Clock } from '../../ports/clock.ts';

/** Tells that something happened there, soon; where the system cannot watch it, waiting just lasts its full time. */
export interface Watch {
  /** Resolves at the next change, or at one since the last call, or after `ms`. Rejects with the signal's reason. */
  changed(ms: number, signal: AbortSignal): Promise<void>;
  [Symbol.dispose](): void;
}

/** Watches the entries of folders. Never keeps the process alive. */
export const watch = (folders: readonly string[], clock: Clock): Watch => {
  let pending = false;
  let wake: (() => void) | undefined;
  const onChange = (): void => {
    pending = true;
    wake?.();
  };
  const watchers = folders.map((folder) => startWatching(folder, onChange));
  return {
    async changed(ms, signal) {
      signal.throwIfAborted();
      const over = new AbortController();
      const abort = (): void => over.abort(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      try {
        const change = new Promise<void>((resolve) => {
          wake = resolve;
        });
        if (!pending) await Promise.race([change, clock.sleep(ms, over.signal)]);
        pending = false;
      } finally {
        wake = undefined;
        signal.removeEventListener('abort', abort);
        over.abort();
      }
    },
    [Symbol.dispose]() {
      for (const watcher of watchers) watcher?.close();
    },
  };
};

const startWatching = (path: string, onChange: () => void): FSWatcher | undefined => {
  try {
    const watcher = watchFiles(path, { persistent: false }, onChange);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
};
