/** Executors in whose queue somebody may be standing: whoever comes now stands behind them. */
export interface Backlog {
  has(executor: string): boolean;
  /** Somebody stands in the queue now. */
  add(executor: string): void;
  /** Begins a look at the queue. What it returns ends it, with the executors in whose queue somebody was left. */
  look(): (left: Iterable<string>) => void;
  /** Nobody is let in any more. */
  close(): void;
}

/** Until the first look everybody has to stand in the queue. */
export const newBacklog = (): Backlog => {
  let waiting: Set<string> | null = null;
  let since = new Set<string>();
  let closed = false;
  return {
    has: (executor) => closed || (waiting?.has(executor) ?? true),
    add(executor) {
      waiting?.add(executor);
      since.add(executor);
    },
    look() {
      since = new Set();
      const came = since;
      return (left) => {
        waiting = new Set([...left, ...came]);
      };
    },
    close() {
      closed = true;
    },
  };
};
