/** One sleep that waits for the clock to move. */
export interface PendingSleep {
  inMs: number;
  /** The line of code that set it. */
  setAt: string;
}

interface Sleep {
  readonly dueAt: number;
  readonly wake: () => void;
  /** Its stack says who sleeps; it is put into words only when someone asks. */
  readonly origin: Error;
}

/** Sleeps in the order in which they are due; those due at once in the order in which they were set. */
export class SleepQueue {
  readonly #sleeps: Sleep[] = [];

  get first(): Sleep | undefined {
    return this.#sleeps[0];
  }

  add(dueAt: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        this.#remove(sleep);
        reject(signal.reason);
      };
      const wake = (): void => {
        signal.removeEventListener('abort', stop);
        resolve();
      };
      const sleep: Sleep = { dueAt, wake, origin: new Error('sleep') };
      this.#sleeps.splice(this.#placeFor(dueAt), 0, sleep);
      signal.addEventListener('abort', stop, { once: true });
    });
  }

  wake(sleep: Sleep): void {
    this.#remove(sleep);
    sleep.wake();
  }

  pending(monotonic: number): PendingSleep[] {
    return this.#sleeps.map(({ dueAt, origin }) => ({ inMs: dueAt - monotonic, setAt: callerIn(origin) }));
  }

  #remove(sleep: Sleep): void {
    const at = this.#sleeps.indexOf(sleep);
    if (at !== -1) this.#sleeps.splice(at, 1);
  }

  // Behind every sleep that is due no later.
  #placeFor(dueAt: number): number {
    let low = 0;
    let high = this.#sleeps.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sleeps[middle]?.dueAt ?? 0) <= dueAt) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

// The first line of the stack behind the clock's own.
function callerIn(origin: Error): string {
  const lines = (origin.stack ?? '').split('\n').slice(1);
  const clock = lines.findLastIndex((line) => line.includes('ManualClock.sleep'));
  return lines[clock + 1]?.trim() ?? 'at an unknown place';
}
