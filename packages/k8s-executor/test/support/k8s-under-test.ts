import { randomBytes } from 'node:crypto';
import type { Executor, Launch } from '@runyard/core';
import { type ExecutorUnderTest, executorInput, type Stranger, scriptLaunch } from '@runyard/core/testing';
import { carriers } from '../../../../test/engines/k8s/live/carriers.ts';
import { k8sExecutor } from '../../src/k8s-executor.ts';
import { attemptNames } from '../../src/manifest/names.ts';
import { paths } from '../../src/paths.ts';
import { apiLine } from './cluster/api-line.ts';
import type { TestCluster } from './cluster/test-cluster.ts';
import type { GitHost } from './git-host.ts';
import { temporaryHost } from './temporary-host.ts';
import { until } from './until.ts';

/** The Kubernetes executor for `describeExecutor`: in a namespace that others use too, as an installation of its own, on a line of its own. */
export const k8sUnderTest = async (cluster: TestCluster, git: GitHost): Promise<ExecutorUnderTest> => {
  const { admin, namespace, options } = cluster;
  const host = await temporaryHost();
  const line = await apiLine(cluster.kubeConfig);
  const installation = randomBytes(16).toString('hex');
  const make = (): Executor => k8sExecutor({ ...options, kubeConfig: line.kubeConfig })(host) as Executor;
  const executor = make();
  const { signal } = new AbortController();
  const at = paths(namespace);

  const stranger = async (name: string): Promise<Stranger> => {
    const body = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: { suspend: true, template } };
    const made = await admin.api.ask<{ metadata: { uid: string } }>({ method: 'POST', path: at.jobs, body, signal });
    return {
      async untouched() {
        const now = await admin.job({ name });
        return now?.metadata.uid === made.metadata.uid && now.metadata.deletionTimestamp === undefined;
      },
    };
  };

  return {
    executor,
    another: async () => make(),
    launch: (job) => scriptLaunch({ installation, spec: executor.parseSpec(executorInput()), size, ...job }),
    ...(cluster.live && { alive: (key: string) => carriers(`RUNYARD_ATTEMPT=${key}`) }),
    occupy: (launch) => stranger(jobName(launch)),
    async source({ path, file, before }) {
      const { url, commit } = git.repository();
      return {
        ...{ url, commit: commit({ file }), path, ref: null, submodules: false, lfs: false },
        checkout: () => Promise.reject(new Error('it is fetched elsewhere')),
        async credential(asked) {
          await before?.(asked);
          return null;
        },
      };
    },
    async unreachable() {
      await line.cut();
      return { back: () => line.mend() };
    },
    async recycle(handle) {
      const job = { name: String(handle.name), uid: String(handle.uid) };
      await admin.deleteJob(job, 'Background');
      for (const pod of await admin.pods(job)) await admin.deletePod(pod, 0);
      await until(async () => (await admin.job(job)) === null, 'the Job to be gone');
      return stranger(job.name);
    },
    async dispose() {
      await line[Symbol.asyncDispose]();
      const query = { labelSelector: `runyard.dev/installation=${installation}` };
      for (const [path, how] of [
        [at.jobs, { propagationPolicy: 'Background' }],
        [at.pods, { gracePeriodSeconds: 0 }],
      ] as const)
        await admin.api.ask({ method: 'DELETE', path, query, body: { ...deletion, ...how }, signal });
      await host[Symbol.asyncDispose]();
    },
  };
};

const deletion = { kind: 'DeleteOptions', apiVersion: 'v1' };

const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'other', image: 'another:1' }] } };

// Many of them find room on a small machine.
const size = { name: 'tiny', cpu: 0.05, memoryBytes: 128 * 2 ** 20, gpu: null };

const jobName = ({ key }: Pick<Launch, 'key'>): string => attemptNames({ key }, '00000000').job;
