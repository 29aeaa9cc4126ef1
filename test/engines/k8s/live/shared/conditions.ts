import type { Condition } from './objects.ts';
import { seconds } from './times.ts';

export const isTrue = (conditions: readonly Condition[] | undefined, type: string): boolean =>
  conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;

/** Puts it in the place of the one of its type. Its time is that at which its status changed. */
export const setCondition = (conditions: Condition[] = [], condition: Condition): Condition[] => {
  const before = conditions.find(({ type }) => type === condition.type);
  const lastTransitionTime =
    before?.status === condition.status && before.lastTransitionTime ? before.lastTransitionTime : seconds();
  const now = { lastProbeTime: null, ...condition, lastTransitionTime };
  return before ? conditions.map((each) => (each === before ? now : each)) : [...conditions, now];
};
