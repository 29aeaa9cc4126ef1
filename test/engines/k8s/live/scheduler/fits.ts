import type { Pod, Toleration } from '../shared/objects.ts';
import { requestsOf } from '../shared/pod-resources.ts';
import type { Node, Taint } from '../shared/stage.ts';
import { matchesNode } from './node-affinity.ts';

/** Why a pod cannot go to a node, in the scheduler's words and in the order in which it looks; none: it can. */
export interface Verdict {
  reasons: string[];
  /** It would help if others left the node. */
  preemptable: boolean;
}

/** @param used of the node, by resource */
export const fits = (pod: Pod, node: Node, used: Readonly<Record<string, number>>): Verdict => {
  if (taintsOf(node).some((taint) => isRepelled(pod, taint)))
    return { reasons: ['node(s) had untolerated taint(s)'], preemptable: false };
  if (!matchesNode(pod, node))
    return { reasons: ["node(s) didn't match Pod's node affinity/selector"], preemptable: false };
  const asked = Object.entries({ pods: 1, ...requestsOf(pod) }).filter(([, amount]) => amount > 0);
  const lacking = asked.filter(
    ([resource, amount]) => amount + (used[resource] ?? 0) > (node.allocatable[resource] ?? 0) + rounding,
  );
  return {
    reasons: lacking.map(([resource]) => (resource === 'pods' ? 'Too many pods' : `Insufficient ${resource}`)),
    preemptable: lacking.every(([resource, amount]) => amount <= (node.allocatable[resource] ?? 0)),
  };
};

// Thousandths of cores, added up.
const rounding = 1e-9;

const taintsOf = ({ state, taints }: Node): readonly Taint[] =>
  state === 'ready' ? taints : [...taints, { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' }];

const isRepelled = ({ spec }: Pod, taint: Taint): boolean =>
  taint.effect !== 'PreferNoSchedule' && !spec.tolerations?.some((toleration) => tolerates(toleration, taint));

const tolerates = ({ key, operator = 'Equal', value = '', effect }: Toleration, taint: Taint): boolean =>
  (!effect || effect === taint.effect) &&
  (!key || key === taint.key) &&
  (operator === 'Exists' || (key !== undefined && value === (taint.value ?? '')));
