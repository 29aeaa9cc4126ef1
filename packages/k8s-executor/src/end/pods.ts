import type { PodObject } from '../api/objects.ts';

/** A node has it, so its kubelet is the one to end it. */
export const isBound = ({ spec }: PodObject): boolean => spec.nodeName !== undefined && spec.nodeName !== '';
