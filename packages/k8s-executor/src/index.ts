// The public names, listed by hand. Nothing inside imports this file.

export type { CronJobManifests, CronJobOptions } from './cron-job/to-cron-job.ts';
export { toCronJob } from './cron-job/to-cron-job.ts';
export type { Manifest } from './manifest/manifest.ts';
export type { GpuMapping, K8sExecutorOptions, KubeConfigLike, Toleration } from './options.ts';
