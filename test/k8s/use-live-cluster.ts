import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect } from 'vitest';
import { type Asked, type Asker, askerFor } from '../engines/k8s/ask.ts';
import type { ClusterObjects, KubeObject } from '../engines/k8s/cluster.ts';
import { type LiveCluster, type LiveClusterOptions, startLiveCluster } from '../engines/k8s/live/live-cluster.ts';
import { type DockerEngine, useDocker } from '../engines/use-docker.ts';

export const jobs = '/apis/batch/v1/namespaces/default/jobs';
export const core = '/api/v1/namespaces/default';

export interface LiveCalls {
  readonly docker: DockerEngine;
  readonly cluster: LiveCluster;
  readonly objects: ClusterObjects;
  readonly ask: Asker;
  /** Default: a Job. */
  create(body: object, path?: string): Promise<KubeObject>;
  patch(path: string, body: object): Promise<void>;
  /** Of the pod's container `job`. */
  log(pod: Pick<KubeObject, 'metadata'>, query?: string): Promise<Asked>;
  /** Of the events about that object, in order. */
  reasons(about: Pick<KubeObject, 'metadata'>): string[];
}

/** A live cluster for the tests of one file, and calls to it. It has to leave nothing on its engine. */
export const useLiveCluster = (options: Omit<LiveClusterOptions, 'docker'> = {}): LiveCalls => {
  const docker = useDocker();
  let cluster: LiveCluster;
  let ask: Asker;
  beforeAll(async () => {
    cluster = await startLiveCluster({ docker: docker(), ...options });
    ask = askerFor(cluster.api.kubeConfig());
  });
  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
    expect(await containersOn(docker())).toEqual([]);
  });

  const asked = async (status: number, ...call: Parameters<Asker>): Promise<KubeObject> => {
    const answer = await ask(...call);
    expect(answer).toMatchObject({ status });
    return answer.body;
  };
  return {
    get docker() {
      return docker();
    },
    get cluster() {
      return cluster;
    },
    get objects() {
      return cluster.api.objects;
    },
    get ask() {
      return ask;
    },
    create: (body, path = jobs) => asked(201, 'POST', path, body),
    async patch(path, body) {
      await asked(200, 'PATCH', path, body, { contentType: 'application/merge-patch+json' });
    },
    log: ({ metadata: { name } }, query = '') => ask('GET', `${core}/pods/${name}/log?container=job${query}`),
    reasons: ({ metadata: { uid } }) =>
      cluster.api.objects
        .list('events', 'default')
        .filter(({ involvedObject }) => (involvedObject as { uid: string }).uid === uid)
        .map(({ reason }) => String(reason)),
  };
};

/** The ids of all containers of an engine, or of those that a filter of the docker command finds. */
export const containersOn = async (engine: DockerEngine, filter?: string): Promise<string[]> =>
  (await onEngine(engine, 'ps', '-aq', ...(filter ? ['--filter', filter] : []))).split('\n').filter((id) => id !== '');

export const onEngine = async ({ socket }: DockerEngine, ...args: string[]): Promise<string> =>
  (await promisify(execFile)('/usr/bin/docker', ['-H', `unix://${socket}`, ...args])).stdout.trim();
