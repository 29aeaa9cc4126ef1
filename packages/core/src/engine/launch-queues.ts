import PQueue from 'p-queue';
import type { Executor } from '../ports/executor.ts';

/**
 * Bounds how many launches (fetching, preparing, starting) are in flight at each executor. Each has its own queue, so that an engine that
 * does not answer holds up nobody else's.
 */
export interface LaunchQueues {
  /** How many more launches an executor takes now. */
  room(executor: string): number;
  add<T>(executor: string, launch: () => Promise<T>): Promise<T>;
  /** Waiting and in flight, of all. */
  size(): number;
}

/** Where a launch costs nothing, so that none is in flight for long: so many between two looks at the queue. */
export const mostAtOnce = 500;

export const newLaunchQueues = (executors: ReadonlyMap<string, Executor>, concurrency: number): LaunchQueues => {
  const queues = new Map([...executors.keys()].map((name) => [name, new PQueue({ concurrency })]));
  return {
    room(executor) {
      if (executors.get(executor)?.reserve) return mostAtOnce;
      const queue = queues.get(executor);
      return queue ? Math.max(0, concurrency - queue.size - queue.pending) : 0;
    },
    add(executor, launch) {
      // Of an executor that is not configured any more: there is nothing to hold up.
      const queue = queues.get(executor);
      return queue ? queue.add(launch) : launch();
    },
    size: () => [...queues.values()].reduce((sum, { size, pending }) => sum + size + pending, 0),
  };
};
