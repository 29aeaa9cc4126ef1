import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RunyardError } from '@runyard/core';
import type { KubeConfigLike } from '../options.ts';

/** That of the pod that we run in, else that of kubectl. The client is loaded only for this, which takes a while. */
export const loadKubeConfig = async (): Promise<KubeConfigLike> => {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  if (isInCluster()) config.loadFromCluster();
  else readFiles(() => config.loadFromDefault());
  const cluster = config.getCurrentCluster();
  if (cluster?.server === nothingFound) throw noCluster(undefined);
  if (cluster === null) throw noCluster(config.getCurrentContext());
  return config;
};

export const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

const isInCluster = (): boolean =>
  Boolean(process.env.KUBERNETES_SERVICE_HOST) && existsSync(join(serviceAccountFolder, 'token'));

const readFiles = (read: () => void): void => {
  try {
    read();
  } catch (cause) {
    throw new RunyardError(
      'invalid-option',
      `k8sExecutor: the kubeconfig cannot be read: ${cause instanceof Error ? cause.message : String(cause)}. Mend the file that KUBECONFIG or ~/.kube/config is, or pass \`kubeConfig\`.`,
      { field: 'kubeConfig', cause },
    );
  }
};

// What the client falls back to.
const nothingFound = 'http://localhost:8080';

export const noCluster = (context: string | undefined): RunyardError =>
  new RunyardError(
    'invalid-option',
    context
      ? `k8sExecutor: the kubeconfig's context '${context}' leads to no cluster. Choose one (\`kubectl config use-context\`), or pass \`kubeConfig\`.`
      : 'k8sExecutor: there is no cluster: this process is in no pod of one, and neither KUBECONFIG nor ~/.kube/config names one. Pass `kubeConfig`.',
    { field: 'kubeConfig', expected: 'a kubeconfig with a current context' },
  );
