import { memorySchema as memory, parseWith } from '@runyard/core/executor-kit';
import { z } from 'zod';
import { labelSelector, objectName, queueName } from './name-schemas.ts';
import { tolerationSchema } from './toleration.ts';

const wishesSchema = z.strictObject({
  /** Kueue's LocalQueue in which it waits. */
  queue: queueName.optional(),
  priorityClass: objectName.optional(),
  runtimeClass: objectName.optional(),
  /** Whose token its pods get. */
  serviceAccount: objectName.optional(),
  /** Beside what the host and the size ask for. */
  nodeSelector: labelSelector.optional(),
  tolerations: z.array(tolerationSchema).max(32).optional(),
  /** Not above the memory of its size. */
  shmSize: memory.optional(),
  readOnlyRoot: z.boolean().optional(),
  /** Merged over the pod template as kubectl's strategic merge does it. */
  podTemplate: z.record(z.string(), z.unknown()).optional(),
});

/** What a job may ask of the Kubernetes executor in its `executorOptions`. */
export type Wishes = z.output<typeof wishesSchema>;

export const parseWishes = (executorOptions: unknown): Wishes =>
  parseWith(wishesSchema, executorOptions, { code: 'invalid-job', root: 'executorOptions' });
