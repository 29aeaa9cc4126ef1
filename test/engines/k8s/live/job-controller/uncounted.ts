import type { JobStatus, Pod } from '../shared/objects.ts';
import { isTracked } from './remove-tracking.ts';

/** Whether a pod is still to be counted: it is tracked, and stands in no list of those that are being counted. */
export const isUncounted = (pod: Pod, { uncountedTerminatedPods: counting }: JobStatus): boolean =>
  isTracked(pod) && ![...(counting?.succeeded ?? []), ...(counting?.failed ?? [])].includes(pod.metadata.uid);
