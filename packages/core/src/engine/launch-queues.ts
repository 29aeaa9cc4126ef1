import PQueue from 'p-queue';

/**
 * Bounds how many launches (fetching, preparing, starting) are in flight at each executor. Each has its own queue, so that an engine that
 * does not answer holds up nobody else's.
 */
export interface LaunchQueues {
  /** How many more launches an executor's queue takes now. */
  room(executor: string): number;
  add<T>(executor: string, launch: () => Promise<T>): Promise<T>;
  /** Waiting and in flight, of all. */
  size(): number;
}

export const newLaunchQueues = (executors: Iterable<string>, concurrency: number): LaunchQueues => {
  const queues = new Map([...executors].map((name) => [name, new PQueue({ concurrency })]));
  return {
    room(executor) {
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
