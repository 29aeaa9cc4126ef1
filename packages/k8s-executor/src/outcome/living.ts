import type { PodObject } from '../api/objects.ts';
import { disruptionOf } from './disruption.ts';
import { endOf, jobStatus } from './pod-facts.ts';

/** How far a pod is of which something may still run. `failing`: it is on its way out, or its container ended badly. */
export type Living = 'waiting' | 'running' | 'succeeding' | 'failing';

export const livingState = (pod: PodObject): Living => {
  if (pod.metadata.deletionTimestamp !== undefined || pod.status?.phase === 'Failed') return 'failing';
  if (disruptionOf(pod) !== undefined) return 'failing';
  const end = endOf(pod);
  if (end !== undefined) return end.init === undefined && end.ended.exitCode === 0 ? 'succeeding' : 'failing';
  const state = jobStatus(pod)?.state;
  if (state?.terminated !== undefined) return 'failing';
  return state?.running === undefined ? 'waiting' : 'running';
};
