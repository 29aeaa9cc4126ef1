import type { PodObject } from '../api/objects.ts';

/** Nothing of it runs any more, and never will. Its containers say so a second before its phase does. */
export const hasEnded = ({ status, spec }: PodObject): boolean => {
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed') return true;
  const ended = status?.containerStatuses?.filter(({ state }) => state?.terminated !== undefined).length ?? 0;
  return ended > 0 && ended === (spec.containers?.length ?? 1);
};

/** A node has it, so its kubelet is the one to end it. */
export const isBound = ({ spec }: PodObject): boolean => spec.nodeName !== undefined && spec.nodeName !== '';
