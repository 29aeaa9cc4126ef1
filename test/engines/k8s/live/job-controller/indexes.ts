import type { Pod } from '../shared/objects.ts';
import { indexAnnotation } from './pod-of-job.ts';

/** Which index of its Job a pod is. */
export const indexOf = (pod: Pod): number => Number(pod.metadata.annotations?.[indexAnnotation] ?? -1);

/** `0,2-4` → 0, 2, 3, 4. */
export const parseIndexes = (text = ''): number[] =>
  text
    .split(',')
    .filter((part) => part !== '')
    .flatMap((part) => {
      const [first = 0, last = first] = part.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, n) => first + n);
    });

/** 0, 2, 3, 4 → `0,2-4`; two neighbours are told one by one. */
export const writeIndexes = (indexes: readonly number[]): string => {
  const ranges: [number, number][] = [];
  for (const index of [...new Set(indexes)].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && last[1] === index - 1) last[1] = index;
    else ranges.push([index, index]);
  }
  return ranges
    .map(([first, last]) => (first === last ? `${first}` : `${first}${last === first + 1 ? ',' : '-'}${last}`))
    .join(',');
};
