import { describeExecutor } from '@runyard/core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveCluster, startLiveCluster } from '../../../test/engines/k8s/live/live-cluster.ts';
import { dockerRuns, useDocker } from '../../../test/engines/use-docker.ts';
import { type GitDaemon, gitDaemon } from './support/git-daemon.ts';
import { k8sUnderTest } from './support/k8s-under-test.ts';

describe.skipIf(!dockerRuns)('the Kubernetes executor keeps the rules of the port', () => {
  const docker = useDocker();
  let cluster: LiveCluster;
  let git: GitDaemon;
  beforeAll(async () => {
    cluster = await startLiveCluster({ docker: docker() });
    git = await gitDaemon();
  }, 120_000);
  afterAll(async () => {
    await git[Symbol.asyncDispose]();
    await cluster[Symbol.asyncDispose]();
  }, 120_000);
  describeExecutor({ describe, it, expect, create: () => k8sUnderTest(cluster, git), limitMs: 60_000 });
});
