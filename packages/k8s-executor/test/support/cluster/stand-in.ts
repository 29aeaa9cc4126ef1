import { KubeConfig } from '@kubernetes/client-node';
import { systemClock } from '@runyard/core';
import { startLiveCluster } from '../../../../../test/engines/k8s/live/live-cluster.ts';
import type { NodeOptions } from '../../../../../test/engines/k8s/live/shared/nodes.ts';
import type { DockerEngine } from '../../../../../test/engines/use-docker.ts';
import { connect } from '../../../src/api/connect.ts';
import { grantedRules } from '../granted-rules.ts';
import { adminOf } from './admin.ts';
import type { TestCluster } from './test-cluster.ts';

/** A stand-in whose pods really run, and a namespace in it. */
export const standInCluster = async (
  docker: DockerEngine,
  { namespace, nodes }: { namespace: string; nodes?: readonly NodeOptions[] | undefined },
): Promise<TestCluster> => {
  const live = await startLiveCluster({ docker, ...(nodes && { nodes }) });
  const kubeConfig = parsed(live.api.kubeConfig({ namespace, rules: grantedRules(), user: 'runyard' }));
  const host = { clock: systemClock(), entropy: { id: () => '', random: Math.random } };
  const { api } = await connect({ kubeConfig: parsed(live.api.kubeConfig()) }, host);
  live.api.objects.create('namespaces', { metadata: { name: namespace } });
  return {
    ...{ namespace, kubeConfig, live, thisMachine: '127.0.0.1' },
    options: {
      ...{ kubeConfig, namespace, image: live.images.tools, gitImage: live.images.git, imagePullPolicy: 'Never' },
      ...{ callTimeoutMs: 1500, stopMarginMs: 2000 },
    },
    admin: adminOf(api, namespace),
    async [Symbol.asyncDispose]() {
      api.close();
      await live[Symbol.asyncDispose]();
    },
  };
};

const parsed = (text: string): KubeConfig => {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromString(text);
  return kubeConfig;
};
