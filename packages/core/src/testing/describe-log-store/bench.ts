import { isRunyardError, type RunyardError } from '../../domain/errors.ts';
import type { LogEntry, LogStore, NewLogEntry } from '../../ports/log-store.ts';
import type { TestTools } from '../describe-store/bench.ts';

export interface LogStoreSuite extends TestTools {
  /** A log store without any log. `dispose` comes after `close` and removes what it left. */
  create(): Promise<{
    store: LogStore;
    /** The same logs, as another instance opens them; by presence, for stores that instances can share. */
    beside?: () => Promise<LogStore>;
    dispose(): Promise<void>;
  }>;
}

/** A log store with the few verbs that the rules are told in. */
export interface LogBench {
  store: LogStore;
  expect: TestTools['expect'];
  /** Another instance's store on the same logs; where there can be none, the store itself. */
  beside(): Promise<LogStore>;
  /** Opens a writer, appends, and closes it. */
  written(entries: readonly NewLogEntry[], options?: { capBytes?: number; seal?: boolean }): Promise<void>;
  /** What stands in the log now. */
  read(options?: { after?: string; tail?: number; from?: LogStore }): Promise<LogEntry[]>;
}

export type LogRules = Readonly<Record<string, (bench: LogBench) => Promise<void>>>;

export const key = `${'a'.repeat(32)}.1`;
export const capBytes = 1_000_000;
export const never: AbortSignal = new AbortController().signal;

/** Each rule as a test, on a log store of its own. */
export const suiteRules = ({ it, expect, create }: LogStoreSuite, rules: LogRules): void => {
  for (const [name, prove] of Object.entries(rules))
    it(name, async () => {
      const { store, beside, dispose } = await create();
      const others: LogStore[] = [];
      try {
        await prove({
          ...benchOf(store, expect),
          beside: async () => {
            if (!beside) return store;
            const other = await beside();
            others.push(other);
            return other;
          },
        });
      } finally {
        for (const each of [...others, store]) await each.close?.();
        await dispose();
      }
    });
};

const benchOf = (store: LogStore, expect: TestTools['expect']): Omit<LogBench, 'beside'> => ({
  store,
  expect,
  async written(entries, options = {}) {
    const writer = await store.writer(key, { capBytes: options.capBytes ?? capBytes });
    await writer.append(entries);
    if (options.seal) await writer.seal();
    await writer.close();
  },
  read: ({ from = store, ...range } = {}) => all(from.read(key, { ...range, signal: never })),
});

/** Everything that an iterable gives, as a list. */
export const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
};

export const line = (n: number): NewLogEntry => ({
  at: n,
  stream: 'stdout',
  text: `line ${n}\n`,
  sourceCursor: `s${n}`,
});

export const lines = (from: number, to: number): NewLogEntry[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => line(from + i));

export const texts = (entries: readonly { text: string }[]): string[] => entries.map((entry) => entry.text.trim());

/** What a call was refused with: its code and what it was given. */
export const refusal = async (call: () => Promise<unknown>): Promise<Partial<RunyardError> | 'not refused'> => {
  try {
    await call();
    return 'not refused';
  } catch (error) {
    if (!isRunyardError(error)) throw error;
    const { code, field, received } = error;
    return { code, ...(field !== undefined && { field }), ...(received !== undefined && { received }) };
  }
};

/** The next entry of a follower, as it comes. */
export const follower = (store: LogStore, signal: AbortSignal = never): AsyncIterator<LogEntry> =>
  store.read(key, { follow: true, signal })[Symbol.asyncIterator]();
