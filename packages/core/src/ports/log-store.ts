/** Keeps the log of every attempt. One writer per attempt at a time; any number of readers, in any process. */
export interface LogStore {
  /**
   * Opens the attempt's log for appending, making it if need be. A torn last entry (the host was killed while
   * writing) is cut off. `resumeAfter` is the source cursor of the last entry that is whole, so the caller knows from
   * where to read the executor's output again.
   *
   * Where instances share the store, opening takes the log over: what an earlier writer, whose instance has lost its lease,
   * appends or seals from then on is rejected (`closed`). `epoch` is that of the lease that it is written under, 0 where none is
   * given: who comes late with a lower one than it was last opened with is refused (`closed`).
   */
  writer(key: string, options: { capBytes: number; epoch?: number }): Promise<LogWriter>;
  /**
   * Entries in order. `after` is an entry's cursor, exclusive. `tail` gives only the last n. With `follow` it goes on until
   * the log is sealed. A log that was never opened is empty; with `follow` it is waited for.
   */
  read(
    key: string,
    options: { after?: string; tail?: number; follow?: boolean; signal: AbortSignal },
  ): AsyncIterable<LogEntry>;
  /** True once `seal` has happened. */
  sealed(key: string): Promise<boolean>;
  /** Removes the log. Succeeds when there is none. */
  remove(key: string): Promise<void>;
  /**
   * Called now and again. A log store that lies beside the runs removes logs of which there is no run any more, a bounded number at a
   * time: a writer that comes late may make one anew behind its removal.
   */
  prune?(signal: AbortSignal): Promise<void>;
  close?(): Promise<void>;
}

export interface LogWriter {
  readonly resumeAfter: string | undefined;
  /**
   * Appends entries. Beyond the cap, output is dropped and one `phase` entry says where it was cut and how much;
   * `phase` entries are always kept. Rejects with the cause when it cannot be written; what was written stays whole.
   */
  append(entries: readonly NewLogEntry[]): Promise<void>;
  /** Durable end mark. Idempotent. */
  seal(): Promise<void>;
  close(): Promise<void>;
}

export type LogStream = 'stdout' | 'stderr' | 'output' | 'phase';

export interface NewLogEntry {
  /** Epoch ms. */
  at: number;
  stream: LogStream;
  /** Usually one line with its newline; output without one is passed on as it is. Concatenated, it is the output. */
  text: string;
  /** The executor's cursor behind this entry. */
  sourceCursor?: string;
}

export interface LogEntry {
  /** Pass as `after`. Opaque, stable, no spaces. */
  cursor: string;
  at: number;
  stream: LogStream;
  text: string;
}
