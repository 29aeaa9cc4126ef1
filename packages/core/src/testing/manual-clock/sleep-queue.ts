import { Aborts } from './aborts.ts';
import { type Caller, inWords } from './caller.ts';
import { type Due, DueHeap } from './due-heap.ts';

/** One sleep that waits for the clock to move. */
export interface PendingSleep {
  inMs: number;
  /** The line of code that set it. */
  setAt: string;
}

interface Sleep extends Due {
  readonly signal: AbortSignal;
  readonly caller: Caller | null;
  resolve(): void;
  reject(reason: unknown): void;
}

/** Sleeps in the order in which they are due; those due at once in the order in which they were set. */
export class SleepQueue {
  readonly #sleeps = new DueHeap<Sleep>();
  readonly #aborts = new Aborts<Sleep>((sleep, reason) => {
    this.#sleeps.remove(sleep);
    sleep.reject(reason);
  });
  #set = 0;

  get first(): Sleep | undefined {
    return this.#sleeps.first;
  }

  add(dueAt: number, signal: AbortSignal, caller: Caller | null): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleep: Sleep = { dueAt, order: this.#set++, at: -1, signal, caller, resolve, reject };
      this.#sleeps.add(sleep);
      this.#aborts.watch(signal, sleep);
    });
  }

  wake(sleep: Sleep): void {
    this.#sleeps.remove(sleep);
    this.#aborts.forget(sleep.signal, sleep);
    sleep.resolve();
  }

  pending(monotonic: number): PendingSleep[] {
    return this.#sleeps.sorted().map(({ dueAt, caller }) => ({ inMs: dueAt - monotonic, setAt: inWords(caller) }));
  }
}
