import type { PlainObject } from '../plain-object.ts';

/** What a pod has to say so that it gets the GPUs of its size. */
export interface GpuDemand {
  /** Extended resources, beside cpu and memory. */
  resources: Readonly<Record<string, string>>;
  nodeSelector: Readonly<Record<string, string>>;
  /** Requirements of its node that no selector can say, as `matchExpressions`. */
  nodeExpressions: readonly PlainObject[];
  tolerations: readonly PlainObject[];
  /** Its devices come by a claim. */
  claim: boolean;
}
