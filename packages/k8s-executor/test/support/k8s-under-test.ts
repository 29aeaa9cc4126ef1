import { randomBytes } from 'node:crypto';
import { KubeConfig } from '@kubernetes/client-node';
import type { Executor, Launch } from '@runyard/core';
import { type ExecutorUnderTest, executorInput, type Stranger, scriptLaunch } from '@runyard/core/testing';
import { carriers } from '../../../../test/engines/k8s/live/carriers.ts';
import type { LiveCluster } from '../../../../test/engines/k8s/live/live-cluster.ts';
import { k8sExecutor } from '../../src/k8s-executor.ts';
import { attemptNames } from '../../src/manifest/names.ts';
import type { K8sExecutorOptions } from '../../src/options.ts';
import type { GitDaemon } from './git-daemon.ts';
import { grantedRules } from './granted-rules.ts';
import { temporaryHost } from './temporary-host.ts';

/** A namespace of its own on a cluster, with the rights of the manifest that we publish. */
export const newNamespace = ({ api }: LiveCluster): { name: string; kubeConfig: KubeConfig } => {
  const name = `ns-${randomBytes(4).toString('hex')}`;
  api.objects.create('namespaces', { metadata: { name } });
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromString(api.kubeConfig({ namespace: name, rules: grantedRules() }));
  return { name, kubeConfig };
};

/** The Kubernetes executor in a namespace of its own, for `describeExecutor`. */
export const k8sUnderTest = async (cluster: LiveCluster, git: GitDaemon): Promise<ExecutorUnderTest> => {
  const host = await temporaryHost();
  const { name: namespace, kubeConfig } = newNamespace(cluster);
  const { objects } = cluster.api;
  const options: K8sExecutorOptions = {
    ...{ kubeConfig, image: cluster.images.tools, gitImage: cluster.images.git, imagePullPolicy: 'Never' },
    ...{ callTimeoutMs: 1500, stopMarginMs: 2000 },
  };
  const make = (): Executor => k8sExecutor(options)(host) as Executor;
  const executor = make();

  const stranger = (name: string): Stranger => {
    const { metadata } = objects.create('jobs', {
      metadata: { name, namespace, labels: { app: 'another' } },
      spec: { suspend: true, template: {} },
    });
    return { untouched: async () => objects.byUid('jobs', metadata.uid)?.metadata.deletionTimestamp === undefined };
  };

  return {
    executor,
    another: async () => make(),
    launch: (job) => scriptLaunch({ spec: executor.parseSpec(executorInput()), ...job }),
    alive: (key) => carriers(`RUNYARD_ATTEMPT=${key}`),
    occupy: async (launch) => stranger(jobName(launch)),
    async source({ path, file, before }) {
      const { url, commit } = git.repository({ file });
      return {
        ...{ url, commit, path, ref: null, submodules: false, lfs: false },
        checkout: () => Promise.reject(new Error('it is fetched elsewhere')),
        async credential(signal) {
          await before?.(signal);
          return null;
        },
      };
    },
    async unreachable() {
      await cluster.api.shut();
      return { back: () => cluster.api.open() };
    },
    async recycle(handle) {
      for (const pod of objects.list('pods', namespace)) objects.drop('pods', pod.metadata.uid);
      objects.drop('jobs', String(handle.uid));
      return stranger(String(handle.name));
    },
    async dispose() {
      for (const { metadata } of objects.list('jobs', namespace)) objects.drop('jobs', metadata.uid);
      for (const { metadata } of objects.list('pods', namespace)) objects.drop('pods', metadata.uid);
      await host[Symbol.asyncDispose]();
    },
  };
};

const jobName = ({ key }: Pick<Launch, 'key'>): string => attemptNames({ key }, '00000000').job;
