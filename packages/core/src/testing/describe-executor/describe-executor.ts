import { type ExecutorSuite, suiteRules } from './bench.ts';
import { environmentRules } from './environment.ts';
import { listRules } from './lists.ts';
import { otherProcessRules } from './other-processes.ts';
import { outcomeRules } from './outcomes.ts';
import { outputRules } from './output.ts';
import { prepareRules } from './preparing.ts';
import { sayingRules } from './saying.ts';
import { startRules } from './starting.ts';
import { stopRules } from './stopping.ts';
import { strangerRules } from './strangers.ts';
import { unreachableRules } from './unreachable.ts';
import { waitRules } from './waiting.ts';

export type { ExecutorSuite, ExecutorTestTools, ExecutorUnderTest, Stranger } from './bench.ts';

/**
 * Proves every rule of the executor port on a real engine, each as a named test. Give it your test runner's own `describe`,
 * `it` and `expect`, and how to make an executor; rules that cannot hold for yours go into `skip`, by name. Most rules see what ran by
 * `logs` and `list`, so those two are needed here.
 *
 *     describeExecutor({ describe, it, expect, create: async () => ({ executor, another, launch: scriptLaunch, dispose }) });
 */
export const describeExecutor = (suite: ExecutorSuite): void => {
  const { describe } = suite;
  describe('before any attempt', () => suiteRules(suite, sayingRules));
  describe('prepare', () => suiteRules(suite, prepareRules));
  describe('start', () => suiteRules(suite, startRules));
  describe('wait', () => suiteRules(suite, waitRules));
  describe('stop and remove', () => suiteRules(suite, stopRules));
  describe('outcomes', () => suiteRules(suite, outcomeRules));
  describe('environment and secrets', () => suiteRules(suite, environmentRules));
  describe('output', () => suiteRules(suite, outputRules));
  describe('list', () => suiteRules(suite, listRules));
  describe('an engine that cannot be asked', () => suiteRules(suite, unreachableRules));
  describe('strangers', () => suiteRules(suite, strangerRules));
  if (suite.durable !== false) describe('other processes', () => suiteRules(suite, otherProcessRules));
};
