import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '@runyard/core';
import { RunyardError } from '@runyard/core';
import type { KubeConfigLike } from '../kube-config-like.ts';
import type { Settings } from '../options.ts';
import type { Api } from './api.ts';
import { createApi } from './create-api.ts';
import { createCredentials } from './credentials.ts';
import { loadKubeConfig, noCluster, serviceAccountFolder } from './kube-config.ts';

export interface Connection {
  api: Api;
  namespace: string;
  /** Where the API server listens. */
  server: string;
}

/**
 * To the cluster of the host's kubeconfig, or of one that is found. Nothing is asked of it yet. Throws `RunyardError` (`invalid-option`) where there
 * is none, or none that can be read.
 */
export const connect = async (
  options: Partial<Pick<Settings, 'kubeConfig' | 'namespace' | 'callTimeoutMs'>>,
  { clock, entropy }: Pick<Host, 'clock' | 'entropy'>,
): Promise<Connection> => {
  let config = options.kubeConfig ?? (await loadKubeConfig());
  const { server } = config.getCurrentCluster() ?? {};
  if (server === undefined) throw noCluster(config.getCurrentContext?.());
  const load = async (again: boolean): Promise<KubeConfigLike> => {
    if (again && options.kubeConfig === undefined) config = await reload(config, server);
    return config;
  };
  const credentials = createCredentials(parseServer(server), { load, clock });
  return {
    api: createApi({
      server,
      credentials,
      clock,
      random: () => entropy.random(),
      callTimeoutMs: options.callTimeoutMs ?? defaultCallTimeoutMs,
    }),
    namespace: options.namespace ?? namespaceOf(config) ?? 'default',
    server,
  };
};

const defaultCallTimeoutMs = 30_000;

// Somebody may have logged in again since, and somebody may have turned to another cluster, which is not that of our attempts.
const reload = async (config: KubeConfigLike, server: string): Promise<KubeConfigLike> => {
  const fresh = await loadKubeConfig();
  return fresh.getCurrentCluster()?.server === server ? fresh : config;
};

const parseServer = (server: string): URL => {
  const url = URL.parse(server);
  if (url !== null && (url.protocol === 'https:' || url.protocol === 'http:')) return url;
  throw new RunyardError(
    'invalid-option',
    `k8sExecutor: the kubeconfig's cluster has the server '${server}', which is no URL. Write it as https://10.0.0.1:6443.`,
    { field: 'kubeConfig', expected: 'an https URL', received: server },
  );
};

const namespaceOf = (config: KubeConfigLike): string | undefined => {
  const context = config.getCurrentContext?.();
  const told = context === undefined ? undefined : config.getContextObject?.(context)?.namespace;
  return told?.trim() || ownNamespace();
};

const ownNamespace = (): string | undefined => {
  try {
    return readFileSync(join(serviceAccountFolder, 'namespace'), 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
};
