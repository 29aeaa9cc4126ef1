import { describeExecutor } from '@runyard/core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GitHost, gitHost } from '../support/git-host.ts';
import { k8sUnderTest } from '../support/k8s-under-test.ts';
import { describeOnCluster, isReal, limitMs, useCluster } from '../support/use-cluster.ts';

/** Rules that are left out on a real cluster, and why. */
const leftOut = new Map<string, string>(
  !isReal
    ? []
    : [
        ...because('processes of this machine are counted', [
          'stopping ends the whole tree, also what went into a session of its own',
          'removing leaves nothing, also of what the command left running when it ended',
          'removing what still runs ends it first',
        ]),
        ...because('its image may have no bash', [
          'a failing start script is named as the phase',
          'what the start script exports, the command sees',
        ]),
        ...(process.env.RUNYARD_TEST_HOST === undefined
          ? because('its pods do not reach this machine (RUNYARD_TEST_HOST)', [
              'sources are checked out where they say before anything runs',
            ])
          : []),
      ],
);

function because(reason: string, rules: readonly string[]): [string, string][] {
  return rules.map((rule) => [rule, reason]);
}

describeOnCluster('the Kubernetes executor keeps the rules of the port', () => {
  const cluster = useCluster();
  let git: GitHost;
  beforeAll(async () => {
    git = await gitHost({ name: cluster().thisMachine ?? '127.0.0.1' });
  });
  afterAll(() => git?.[Symbol.asyncDispose]());

  const tests = (name: string, body: () => Promise<void>, timeoutMs?: number): void => it(name, body, timeoutMs);
  tests.skip = (name: string): void => it(name, ({ skip }) => skip(leftOut.get(name)));
  describeExecutor({
    ...{ describe, expect, limitMs: isReal ? 600_000 : limitMs, it: tests },
    create: () => k8sUnderTest(cluster(), git),
    skip: [...leftOut.keys()],
  });
});
