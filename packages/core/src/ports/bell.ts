/** Wakes all who wait for "something changed; look again". Costs nothing while no one waits. */
export class Bell {
  #waiting: Set<() => void> | undefined;

  /** Wakes everyone who is waiting now. */
  ring(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    this.#waiting = undefined;
    for (const wake of waiting) wake();
  }

  /** Resolves at the next ring; rejects with the signal's reason. */
  next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      this.#waiting ??= new Set();
      const waiting = this.#waiting;
      const wake = (): void => {
        signal.removeEventListener('abort', stop);
        resolve();
      };
      const stop = (): void => {
        waiting.delete(wake);
        reject(signal.reason);
      };
      waiting.add(wake);
      signal.addEventListener('abort', stop, { once: true });
    });
  }
}
