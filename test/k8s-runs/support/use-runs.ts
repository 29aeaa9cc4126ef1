import { afterAll, beforeAll, expect } from 'vitest';
import { type LiveCluster, type LiveClusterOptions, startLiveCluster } from '../../engines/k8s/live/live-cluster.ts';
import { useDocker } from '../../engines/use-docker.ts';
import { containersOn } from '../../k8s/use-live-cluster.ts';
import { type OnCluster, type OnClusterOptions, openOnCluster } from './on-cluster.ts';

export type { OnCluster, OnClusterOptions } from './on-cluster.ts';

export interface Runs {
  readonly cluster: LiveCluster;
  open(options?: OnClusterOptions): Promise<OnCluster>;
  /** The API server answers nobody meanwhile. */
  whileAway(work: () => Promise<void>): Promise<void>;
}

/** A live cluster for the tests of one file; they have to leave no container on its engine. Call it in a `describe` that is skipped where `dockerRuns` is false. */
export const useRuns = (options: Omit<LiveClusterOptions, 'docker'> = {}): Runs => {
  const docker = useDocker();
  let cluster: LiveCluster;
  beforeAll(async () => {
    cluster = await startLiveCluster({ docker: docker(), ...options });
  }, 60_000);
  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
    expect(await containersOn(docker())).toEqual([]);
  });
  return {
    get cluster() {
      return cluster;
    },
    open: (given = {}) => openOnCluster(cluster, given),
    async whileAway(work) {
      await cluster.api.shut();
      await work().finally(() => cluster.api.open());
    },
  };
};
