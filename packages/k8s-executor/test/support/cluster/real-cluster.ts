import { readFileSync } from 'node:fs';
import { KubeConfig, loadAllYaml } from '@kubernetes/client-node';
import { systemClock } from '@runyard/core';
import type { Api } from '../../../src/api/api.ts';
import { connect } from '../../../src/api/connect.ts';
import { until } from '../until.ts';
import { adminOf } from './admin.ts';
import type { TestCluster } from './test-cluster.ts';

/** A namespace on the cluster that KUBECONFIG leads to, and in it the service account of the manifest that we publish. */
export const realCluster = async ({ namespace }: { namespace: string }): Promise<TestCluster> => {
  const own = new KubeConfig();
  own.loadFromDefault();
  const { api } = await connect({ kubeConfig: own }, { clock, entropy });
  const { signal } = new AbortController();
  const path = '/api/v1/namespaces';
  await api.ask({ method: 'POST', path, body: { metadata: { name: namespace } }, signal });
  const remove = async (): Promise<void> => {
    await api.ask({ method: 'DELETE', path: `${path}/${namespace}`, signal });
    api.close();
  };
  try {
    const kubeConfig = await accountIn(api, { namespace, own, signal });
    const { RUNYARD_TEST_IMAGE: image = 'busybox:1.37', RUNYARD_TEST_GIT_IMAGE: gitImage } = process.env;
    return {
      ...{ namespace, kubeConfig, live: null, thisMachine: process.env.RUNYARD_TEST_HOST ?? null },
      options: { kubeConfig, namespace, image, ...(gitImage && { gitImage }) },
      admin: adminOf(api, namespace),
      // Its controller empties it, which may take a while.
      [Symbol.asyncDispose]: remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
};

const clock = systemClock();
const entropy = { id: () => '', random: Math.random };

/** Applies the manifest, and logs in as its service account. */
const accountIn = async (
  api: Api,
  { namespace, own, signal }: { namespace: string; own: KubeConfig; signal: AbortSignal },
): Promise<KubeConfig> => {
  const manifest = readFileSync(new URL('../../../manifests/rbac.yaml', import.meta.url), 'utf8');
  for (const object of loadAllYaml(manifest) as { apiVersion: string; kind: string }[]) {
    const root = object.apiVersion === 'v1' ? '/api/v1' : `/apis/${object.apiVersion}`;
    const path = `${root}/namespaces/${namespace}/${object.kind.toLowerCase()}s`;
    await api.ask({ method: 'POST', path, body: object, signal });
  }
  const { status } = await api.ask<{ status: { token: string } }>({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/runyard/token`,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 7200 } },
    signal,
  });
  const cluster = own.getCurrentCluster();
  if (cluster === null) throw new Error('The context of the kubeconfig leads to no cluster.');
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromClusterAndUser(cluster, { name: 'runyard', token: status.token });
  await rightsTaken(kubeConfig, { namespace, signal });
  return kubeConfig;
};

// What authorizes hears of a new Role a moment later; and a pod wants the service account that each namespace gets.
const rightsTaken = async (
  kubeConfig: KubeConfig,
  { namespace, signal }: { namespace: string; signal: AbortSignal },
): Promise<void> => {
  const { api } = await connect({ kubeConfig }, { clock, entropy });
  const path = `/api/v1/namespaces/${namespace}`;
  const isGranted = (): Promise<boolean> =>
    api.ask({ method: 'GET', path, signal }).then(
      () => true,
      () => false,
    );
  await until(isGranted, 'the rights of the new Role').finally(() => api.close());
};
