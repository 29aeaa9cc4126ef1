import type { KubeConfig } from '@kubernetes/client-node';
import type { LiveCluster } from '../../../../../test/engines/k8s/live/live-cluster.ts';
import type { K8sExecutorOptions } from '../../../src/options.ts';
import type { Admin } from './admin.ts';

/** A namespace on a cluster, and what a test needs to know of both. */
export interface TestCluster extends AsyncDisposable {
  readonly namespace: string;
  /** Of somebody who has the rights of the manifest that we publish, in that namespace, and no others. */
  readonly kubeConfig: KubeConfig;
  /** For an executor in it, `kubeConfig` among them. */
  readonly options: K8sExecutorOptions;
  /** What others do there, with all rights. */
  readonly admin: Admin;
  /** null: it is a real one. */
  readonly live: LiveCluster | null;
  /** The name by which its pods reach servers on this machine; null: they do not. */
  readonly thisMachine: string | null;
}
