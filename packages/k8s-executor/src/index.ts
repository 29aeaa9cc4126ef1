// The public names, listed by hand. Nothing inside imports this file.

export { k8sExecutor } from './k8s-executor.ts';
export type { KubeConfigLike } from './kube-config-like.ts';
export type { GpuMapping, K8sExecutorOptions, Toleration } from './options.ts';
export type { K8sSpec } from './spec/k8s-spec.ts';
