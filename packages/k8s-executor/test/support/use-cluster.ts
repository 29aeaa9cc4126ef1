import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe } from 'vitest';
import type { LiveCluster } from '../../../../test/engines/k8s/live/live-cluster.ts';
import type { NodeOptions } from '../../../../test/engines/k8s/live/shared/nodes.ts';
import { type DockerEngine, dockerRuns, startDocker } from '../../../../test/engines/use-docker.ts';
import { isReal } from './cluster/is-real.ts';
import { realCluster } from './cluster/real-cluster.ts';
import { standInCluster } from './cluster/stand-in.ts';
import type { TestCluster } from './cluster/test-cluster.ts';

export { isReal } from './cluster/is-real.ts';
export type { TestCluster } from './cluster/test-cluster.ts';

/** How long a test may take. Real kubelets, and real pulls, take their time. */
export const limitMs = isReal ? 240_000 : 30_000;

/** Tests on a cluster, side by side, since most of their time is a pod's. */
export const describeOnCluster = (name: string, body: () => void): void => {
  describe.skipIf(!isReal && !dockerRuns)(name, { timeout: limitMs, concurrent: true }, body);
};

/** A cluster for the tests of one file, in a namespace that goes with them. `nodes`: those of the stand-in. */
export const useCluster = ({ nodes }: { nodes?: readonly NodeOptions[] } = {}): (() => TestCluster) => {
  let docker: DockerEngine | undefined;
  let cluster: TestCluster | undefined;
  beforeAll(async () => {
    const namespace = `runyard-test-${randomBytes(4).toString('hex')}`;
    if (isReal) cluster = await realCluster({ namespace });
    else {
      docker = await startDocker();
      cluster = await standInCluster(docker, { namespace, nodes });
    }
  }, 120_000);
  afterAll(async () => {
    try {
      await cluster?.[Symbol.asyncDispose]();
    } finally {
      await docker?.[Symbol.asyncDispose]();
    }
  }, 120_000);
  return () => {
    if (!cluster) throw new Error('the cluster is started before the first test, not before');
    return cluster;
  };
};

/** For what cannot be had of a cluster that is not ours to break: the test is skipped there, by name and with the reason. */
export const standIn = ({ live }: TestCluster, skip: (because: string) => never, because: string): LiveCluster =>
  live ?? skip(because);
