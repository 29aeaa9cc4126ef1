import type { Change, CommitResult, Store } from '../../ports/store.ts';

/** What is needed of a test runner: Vitest, Jest and Bun have it as it is. */
export interface TestTools {
  describe(name: string, body: () => void): void;
  it(name: string, body: () => Promise<void>): void;
  expect(value: unknown): { toEqual(expected: unknown): void };
}

export interface StoreSuite extends TestTools {
  /** An empty store that is not open yet. `dispose` comes after `close` and removes what it left. */
  create(): Promise<{ store: Store; dispose(): Promise<void> }>;
}

/** A store with the few verbs that the rules are told in. */
export interface Bench {
  store: Store;
  expect: TestTools['expect'];
  /** Commits one batch, all of whose guards must hold. */
  done(...changes: Change[]): Promise<void>;
  /** Commits one batch, and tells what became of it. */
  tried(...changes: Change[]): Promise<CommitResult>;
}

export type Rules = Readonly<Record<string, (bench: Bench) => Promise<void>>>;

/** Each rule as a test, on a store of its own. */
export const suiteRules = ({ it, expect, create }: StoreSuite, rules: Rules): void => {
  for (const [name, prove] of Object.entries(rules))
    it(name, async () => {
      const { store, dispose } = await create();
      try {
        await store.open();
        await prove(benchOf(store, expect));
      } finally {
        await store.close();
        await dispose();
      }
    });
};

const benchOf = (store: Store, expect: TestTools['expect']): Bench => {
  const tried = async (...changes: Change[]): Promise<CommitResult> => {
    const [result] = await store.commit([changes]);
    if (!result) throw new Error('The store gave no result for the batch.');
    return result;
  };
  return {
    store,
    expect,
    tried,
    done: async (...changes) => expect(await tried(...changes)).toEqual({ ok: true }),
  };
};
