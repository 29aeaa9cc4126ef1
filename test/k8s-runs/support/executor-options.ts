import { KubeConfig } from '@kubernetes/client-node';
import type { K8sExecutorOptions } from '@runyard/k8s-executor';
import type { LiveCluster } from '../../engines/k8s/live/live-cluster.ts';
import type { TestNamespace } from './namespace.ts';

/** For an executor in a namespace of a live cluster. */
export const executorOptions = ({ images }: LiveCluster, { kubeConfig: text }: TestNamespace): K8sExecutorOptions => {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromString(text);
  return { kubeConfig, image: images.busybox, gitImage: images.git, stopMarginMs: 2000 };
};
