// The public names, listed by hand. Nothing inside imports this file.

export type { CronJobManifests, CronJobOptions } from './cron-job/to-cron-job.ts';
export { toCronJob } from './cron-job/to-cron-job.ts';
export { k8sExecutor } from './k8s-executor.ts';
export type { KubeConfigLike } from './kube-config-like.ts';
export type { Manifest } from './manifest/manifest.ts';
export type { GpuMapping, K8sExecutorOptions, Toleration } from './options.ts';
export type { K8sSpec } from './spec/k8s-spec.ts';
