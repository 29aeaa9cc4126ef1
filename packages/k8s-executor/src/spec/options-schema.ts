import { memorySchema as memory } from '@runyard/core/executor-kit';
import { z } from 'zod';
import type { KubeConfigLike } from '../kube-config-like.ts';
import { gpuMappingSchema } from './gpu-mapping.ts';
import { isImageName } from './image-name.ts';
import { dnsLabel, labelSelector, objectName, queueName } from './name-schemas.ts';
import { tolerationSchema } from './toleration.ts';

const text = z.string().min(1);

const image = text.refine(isImageName, 'expected the name of an image: [host[:port]/]repository[:tag][@digest]');

// The largest user or group id that the API server takes.
const maxId = 2 ** 31 - 1;

const owner = z.string().regex(/^(user|group):[^\s:]{1,200}$/, 'expected user:<id> or group:<id>');

const names = z.array(objectName).default([]);

/** The options, with every default filled in; what a pod template holds is judged apart. */
export const optionsSchema = z.strictObject({
  kubeConfig: z
    .custom<KubeConfigLike>(
      (value) =>
        typeof (value as KubeConfigLike)?.getCurrentCluster === 'function' &&
        typeof (value as KubeConfigLike)?.applyToHTTPSOptions === 'function',
      'expected a KubeConfig of @kubernetes/client-node',
    )
    .optional(),
  namespace: dnsLabel.optional(),
  name: text.default('k8s'),
  image: image.optional(),
  imagePullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).optional(),
  imagePullSecrets: names,
  gitImage: image.default('alpine/git:2.47.2'),
  knownHosts: text.optional(),
  serviceAccount: objectName.optional(),
  gpus: gpuMappingSchema,
  queue: queueName.optional(),
  queues: z.array(queueName).default([]),
  priorityClass: objectName.optional(),
  priorityClasses: names,
  runtimeClass: objectName.optional(),
  runtimeClasses: names,
  serviceAccounts: names,
  nodeSelector: labelSelector.default({}),
  tolerations: z.array(tolerationSchema).default([]),
  allowTolerations: z.boolean().default(false),
  user: z
    .strictObject({ uid: z.number().int().min(0).max(maxId), gid: z.number().int().min(0).max(maxId).optional() })
    .optional(),
  readOnlyRoot: z.boolean().default(true),
  allowWritableRoot: z.boolean().default(false),
  workspace: z.strictObject({ size: memory.optional(), storageClass: objectName.optional() }).default({}),
  shmSize: memory.optional(),
  podTemplate: z.record(z.string(), z.unknown()).optional(),
  allowPodTemplate: z.union([z.boolean(), z.array(owner)]).default(false),
  ttlSecondsAfterFinished: z
    .number()
    .int()
    // Shorter than an upgrade of the host or a night without it, and what ended meanwhile is lost.
    .min(3600)
    .max(2 ** 31 - 1)
    .default(604_800),
  followLogs: z.number().int().min(0).default(100),
  startTroubleMs: z.number().int().positive().default(300_000),
  stopMarginMs: z.number().int().nonnegative().default(10_000),
  callTimeoutMs: z.number().int().positive().default(30_000),
});
