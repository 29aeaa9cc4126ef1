import type { Condition, JobStatus } from '../shared/objects.ts';
import { seconds } from '../shared/times.ts';

/** Conditions of Jobs carry the time of both kinds, and keep them as long as they stay what they are. */
export const jobCondition = (status: JobStatus, condition: Condition): void => {
  const before = status.conditions?.find(({ type }) => type === condition.type);
  if (before?.status === condition.status) return;
  const now = { ...condition, lastProbeTime: seconds(), lastTransitionTime: seconds() };
  const others = status.conditions ?? [];
  status.conditions = before ? others.map((each) => (each === before ? now : each)) : [...others, now];
};
