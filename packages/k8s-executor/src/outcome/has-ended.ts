import type { PodObject } from '../api/objects.ts';
import { conditionOf, initStatuses, mainStatuses } from './pod-facts.ts';

/**
 * Nothing of a pod runs any more, and nothing of it will, by the word of its kubelet: its phase says so, or each of its containers does, a second sooner. Of a
 * node that is lost nobody knows that, though the control plane sets the phase: only that the pod is gone tells.
 */
export const hasEnded = (pod: PodObject): boolean => !isRunning(pod) && (isPhaseOver(pod) || haveAllEnded(pod));

const isPhaseOver = (pod: PodObject): boolean => {
  const { phase } = pod.status ?? {};
  return phase === 'Succeeded' || (phase === 'Failed' && conditionOf(pod, 'DisruptionTarget')?.reason !== lostNode);
};

/** Whoever collects the pods of nodes that are gone marks each so, and sets its phase. */
const lostNode = 'DeletionByPodGC';

// Init containers that run beside the others (`restartPolicy: Always`) are among them.
const isRunning = (pod: PodObject): boolean =>
  [...initStatuses(pod), ...mainStatuses(pod)].some(({ state }) => state?.running !== undefined);

const haveAllEnded = (pod: PodObject): boolean => {
  const ended = new Set(mainStatuses(pod).flatMap(({ name, state }) => (state?.terminated ? [name] : [])));
  const all = pod.spec.containers ?? [];
  return all.length > 0 && all.every(({ name }) => ended.has(name));
};
