import { type LogStoreSuite, suiteRules } from './bench.ts';
import { capRules } from './cap.ts';
import { followingRules } from './following.ts';
import { keyRules } from './keys.ts';
import { readingRules } from './reading.ts';
import { takingOverRules } from './taking-over.ts';
import { writingRules } from './writing.ts';

export type { LogStoreSuite } from './bench.ts';

/**
 * Proves every rule of the log store port on a real log store, each as a named test. Give it your test runner's own
 * `describe`, `it` and `expect`, how to make an empty one and, where instances can share it, how another opens it:
 *
 *     describeLogStore({ describe, it, expect, create: async () => ({ store: myLogStore(), dispose: async () => {} }) });
 */
export const describeLogStore = (suite: LogStoreSuite): void => {
  const { describe } = suite;
  describe('reading', () => suiteRules(suite, readingRules));
  describe('following', () => suiteRules(suite, followingRules));
  describe('writing', () => suiteRules(suite, writingRules));
  describe('taking over', () => suiteRules(suite, takingOverRules));
  describe('beyond the cap', () => suiteRules(suite, capRules));
  describe('keys', () => suiteRules(suite, keyRules));
};
