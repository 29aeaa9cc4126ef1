import type { PodObject } from '../api/objects.ts';

/** Nothing of it runs any more, and never will. */
export const hasEnded = ({ status }: PodObject): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

/** A node has it, so its kubelet is the one to end it. */
export const isBound = ({ spec }: PodObject): boolean => spec.nodeName !== undefined && spec.nodeName !== '';
