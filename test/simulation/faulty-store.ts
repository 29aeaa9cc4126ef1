import { copy } from '../../packages/core/src/adapters/memory-store/copy.ts';
import { RunyardError } from '../../packages/core/src/domain/errors.ts';
import type { Clock } from '../../packages/core/src/ports/clock.ts';
import type { Store } from '../../packages/core/src/ports/store.ts';
import { type History, recordCommits } from './history.ts';

/** What is wrong with the store now. The driver sets it. */
export interface StoreFaults {
  /** So many commits are refused before anything is written. */
  refuse: number;
  /** So many commits are written and then answered with an error: the caller cannot know. */
  loseAnswer: number;
  /** So many reads fail. */
  failReads: number;
  /** Each call takes so long. */
  slowMs: number;
}

export const noFaults = (): StoreFaults => ({ refuse: 0, loseAnswer: 0, failReads: 0, slowMs: 0 });

/** The shared store as one process reaches it, with everything that can go wrong on the way. */
export const faultyStore = (
  store: Store,
  { faults, history, clock, instance }: { faults: StoreFaults; history: History; clock: Clock; instance: string },
): Store => {
  const signal = new AbortController().signal;
  const wait = async (): Promise<void> => {
    if (faults.slowMs > 0) await clock.sleep(faults.slowMs, signal);
  };
  const reads = Object.fromEntries(
    Object.entries(store)
      .filter(([name, value]) => typeof value === 'function' && !['open', 'commit', 'close'].includes(name))
      .map(([name, read]) => [
        name,
        async (...given: unknown[]) => {
          await wait();
          if (faults.failReads > 0) {
            faults.failReads--;
            throw unavailable();
          }
          return read(...given);
        },
      ]),
  );
  return {
    ...store,
    ...reads,
    async commit(batches) {
      await wait();
      if (faults.refuse > 0) {
        faults.refuse--;
        throw unavailable();
      }
      // As a real store, which has its own copy: what the caller changes afterwards is not in the history either.
      const copies = copy(batches);
      const results = await store.commit(copies);
      recordCommits(history, { mono: clock.monotonic(), wall: clock.now(), instance }, copies, results);
      if (faults.loseAnswer > 0) {
        faults.loseAnswer--;
        throw unavailable();
      }
      return results;
    },
  };
};

const unavailable = (): RunyardError => new RunyardError('store-unavailable', 'The simulated store was told to fail.');
