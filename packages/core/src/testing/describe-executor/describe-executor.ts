import { type ExecutorSuite, type Rules, suiteRules } from './bench.ts';
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
  refuseUnknownSkips(suite.skip ?? []);
  for (const [about, rules] of Object.entries(groups)) suite.describe(about, () => suiteRules(suite, rules));
  if (suite.durable !== false) suite.describe('other processes', () => suiteRules(suite, otherProcessRules));
};

const groups: Readonly<Record<string, Rules>> = {
  'before any attempt': sayingRules,
  prepare: prepareRules,
  start: startRules,
  wait: waitRules,
  'stop and remove': stopRules,
  outcomes: outcomeRules,
  'environment and secrets': environmentRules,
  output: outputRules,
  list: listRules,
  'an engine that cannot be asked': unreachableRules,
  strangers: strangerRules,
};

// A rule that was renamed would otherwise come back, or one misspelt seem to be skipped, without a word.
const refuseUnknownSkips = (skip: readonly string[]): void => {
  const names = new Set([...Object.values(groups), otherProcessRules].flatMap((rules) => Object.keys(rules)));
  const unknown = skip.find((name) => !names.has(name));
  if (unknown === undefined) return;
  throw new Error(`describeExecutor: '${unknown}' in \`skip\` is no rule. The rules are:\n${[...names].join('\n')}`);
};
