import type { NodeRequirement, Pod } from '../shared/objects.ts';
import type { Node } from '../shared/stage.ts';

/** Whether a node has what the pod's `nodeSelector` and its required affinity ask for. Of the terms of an affinity, one is enough. */
export const matchesNode = ({ spec }: Pod, node: Node): boolean => {
  const selected = Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => node.labels[key] === value);
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (!selected || !terms) return selected;
  return terms.some(
    ({ matchExpressions = [], matchFields = [] }) =>
      matchExpressions.length + matchFields.length > 0 &&
      matchExpressions.every((requirement) => meets(requirement, node.labels[requirement.key])) &&
      matchFields.every((requirement) => meets(requirement, node.name)),
  );
};

const meets = ({ operator, values = [] }: NodeRequirement, value: string | undefined): boolean => {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0]);
  }
};
