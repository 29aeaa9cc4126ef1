// The public names, listed by hand. Nothing inside imports this file.

export type { GpuMapping, K8sExecutorOptions, KubeConfigLike, Toleration } from './options.ts';
