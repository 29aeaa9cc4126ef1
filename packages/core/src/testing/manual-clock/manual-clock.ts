import type { Clock } from '../../ports/clock.ts';
import { callerOf } from './caller.ts';
import { settle as settleByDefault } from './settle.ts';
import { type PendingSleep, SleepQueue } from './sleep-queue.ts';
import { orStuck } from './stuck.ts';

export interface ManualClockOptions {
  /** Where the wall clock starts, epoch ms. */
  now?: number;
  /** Real ms after which a wait while the clock stands still is given up with an explanation. */
  stuckAfterRealMs?: number;
  /**
   * Lets code that was woken run until it sleeps again. By default two turns of the event loop, which is enough for
   * everything that lives in memory; give your own where woken code waits for real I/O.
   */
  settle?: () => Promise<void>;
  /** false: a wait that is stuck does not tell which lines sleep. For simulations, where looking that up is a third of a sleep's cost. */
  traceSleeps?: boolean;
}

/**
 * A clock that moves only when told to. `advance` lets time pass; `set` and `jumpBack` step the wall clock as NTP or a person
 * would, and wake no one, since sleeps are measured on the monotonic clock.
 */
export class ManualClock implements Clock {
  readonly #sleeps = new SleepQueue();
  readonly #settle: () => Promise<void>;
  readonly #stuckAfterRealMs: number;
  readonly #traceSleeps: boolean;
  #now: number;
  #monotonic = 0;
  #advancing = false;
  #moves = 0;

  constructor(options: ManualClockOptions = {}) {
    this.#now = options.now ?? Date.UTC(2024, 0, 1);
    this.#stuckAfterRealMs = options.stuckAfterRealMs ?? 2_000;
    this.#settle = options.settle ?? settleByDefault;
    this.#traceSleeps = options.traceSleeps ?? true;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  /** Resolves once the clock was moved that far. A sleep of nothing needs no move. */
  sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (Number.isNaN(ms)) throw new TypeError('ManualClock.sleep: expected a number of ms, received NaN.');
    if (signal.aborted) return Promise.reject(signal.reason);
    if (ms <= 0) return Promise.resolve();
    return this.#sleeps.add(this.#monotonic + ms, signal, this.#traceSleeps ? callerOf(this.sleep) : null);
  }

  /**
   * Lets time pass. Sleeps end in the order in which they are due, each at its own instant, and what it wakes may set
   * new sleeps that still end inside the same advance.
   */
  async advance(ms: number): Promise<void> {
    if (!(ms >= 0))
      throw new RangeError(`ManualClock.advance: expected ms of at least 0, received ${ms}. To step back: jumpBack.`);
    if (this.#advancing) throw new Error('ManualClock.advance: already under way. Await one advance before the next.');
    this.#advancing = true;
    try {
      await this.#pass(ms);
    } finally {
      this.#advancing = false;
    }
  }

  /** Lets time pass until the wall clock shows this. */
  advanceTo(epochMs: number): Promise<void> {
    return this.advance(epochMs - this.#now);
  }

  /** Lets time pass, sleep by sleep, until the promise settles. Gives up, with an explanation, after `limitMs` of it. */
  async advanceUntil<T>(promise: Promise<T>, limitMs = 3_600_000): Promise<T> {
    let settled = false;
    const mark = (): void => {
      settled = true;
    };
    promise.then(mark, mark);
    const limit = this.#monotonic + limitMs;
    await this.#settle();
    for (let next = this.#sleeps.first; !settled && next !== undefined; next = this.#sleeps.first) {
      if (next.dueAt > limit)
        throw new Error(`Still waiting after ${limitMs} ms on the manual clock. ${this.#describe()}`);
      await this.advance(next.dueAt - this.#monotonic);
    }
    return this.settled(promise);
  }

  /** Steps the wall clock to this instant, forward or back. No time passes. */
  set(epochMs: number): void {
    this.#now = epochMs;
    this.#moves++;
  }

  /** Steps the wall clock back. No time passes. */
  jumpBack(ms: number): void {
    this.set(this.#now - ms);
  }

  /** The promise, but rejects with what sleeps here when it stays open while the clock stands still. */
  settled<T>(promise: Promise<T>, options: { stuckAfterRealMs?: number } = {}): Promise<T> {
    return orStuck(promise, {
      afterRealMs: options.stuckAfterRealMs ?? this.#stuckAfterRealMs,
      moves: () => this.#moves,
      describe: () => this.#describe(),
    });
  }

  /** What sleeps on this clock, soonest first. */
  pending(): PendingSleep[] {
    return this.#sleeps.pending(this.#monotonic);
  }

  async #pass(ms: number): Promise<void> {
    const target = this.#monotonic + ms;
    await this.#settle();
    for (let next = this.#sleeps.first; next !== undefined && next.dueAt <= target; next = this.#sleeps.first) {
      this.#moveTo(next.dueAt);
      this.#sleeps.wake(next);
      await this.#settle();
    }
    this.#moveTo(target);
  }

  #moveTo(monotonic: number): void {
    this.#now += monotonic - this.#monotonic;
    this.#monotonic = monotonic;
    this.#moves++;
  }

  #describe(): string {
    const shown = new Date(this.#now).toISOString();
    const sleeps = this.pending();
    if (sleeps.length === 0) return `The clock shows ${shown}; nothing sleeps on it, so moving it wakes no one.`;
    const list = sleeps.slice(0, 10).map((each) => `  in ${each.inMs} ms, set ${each.setAt}`);
    const rest = sleeps.length > 10 ? `\n  and ${sleeps.length - 10} more` : '';
    return `The clock shows ${shown}; waiting for it to move:\n${list.join('\n')}${rest}\nTry \`await clock.advance(${sleeps[0]?.inMs})\`.`;
  }
}
