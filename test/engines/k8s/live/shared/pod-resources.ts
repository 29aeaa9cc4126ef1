import type { Container, Pod, PodSpec } from './objects.ts';
import { quantity } from './quantities.ts';

/** What it asks for, by resource: of its containers together, or of its largest init container, whichever is more. */
export const requestsOf = (pod: Pod): Record<string, number> => {
  const asked: Record<string, number> = {};
  for (const container of pod.spec.containers)
    for (const [resource, amount] of Object.entries(requested(container)))
      asked[resource] = (asked[resource] ?? 0) + quantity(amount);
  for (const container of pod.spec.initContainers ?? [])
    for (const [resource, amount] of Object.entries(requested(container)))
      asked[resource] = Math.max(asked[resource] ?? 0, quantity(amount));
  return asked;
};

// A limit without a request is the request too.
const requested = ({ resources }: Container): Record<string, string> => ({
  ...resources?.limits,
  ...resources?.requests,
});

export const qosClassOf = ({ containers, initContainers = [] }: PodSpec): string => {
  const all = [...initContainers, ...containers];
  const isGuaranteed = ({ resources }: Container): boolean =>
    ['cpu', 'memory'].every((resource) => {
      const limit = resources?.limits?.[resource];
      return limit !== undefined && quantity(resources?.requests?.[resource] ?? limit) === quantity(limit);
    });
  if (all.every(isGuaranteed)) return 'Guaranteed';
  const asksForAny = ({ resources }: Container): boolean =>
    ['cpu', 'memory'].some((resource) => resources?.limits?.[resource] ?? resources?.requests?.[resource]);
  return all.some(asksForAny) ? 'Burstable' : 'BestEffort';
};
