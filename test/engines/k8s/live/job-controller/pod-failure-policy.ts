import type { ContainerStatus, Job, Pod, PodFailureRule } from '../shared/objects.ts';

/** The first rule that a failed pod matches, and the sentence with which it fails the Job. */
export const matchFailurePolicy = (
  job: Job,
  pod: Pod,
): { action: PodFailureRule['action']; message: string } | null => {
  for (const [index, rule] of (job.spec.podFailurePolicy?.rules ?? []).entries()) {
    const told = matchExitCode(rule, pod) ?? matchCondition(rule, pod);
    if (told) return { action: rule.action, message: `${told} matching ${rule.action} rule at index ${index}` };
  }
  return null;
};

const matchExitCode = ({ onExitCodes }: PodFailureRule, { metadata, status }: Pod): string | null => {
  if (!onExitCodes) return null;
  const { containerName, operator, values } = onExitCodes;
  const matches = ({ name, state }: ContainerStatus): boolean => {
    const code = state.terminated?.exitCode ?? 0;
    return code !== 0 && (containerName ?? name) === name && values.includes(code) === (operator === 'In');
  };
  const found = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])].find(matches);
  if (!found) return null;
  const pod = `${metadata.namespace}/${metadata.name}`;
  return `Container ${found.name} for pod ${pod} failed with exit code ${found.state.terminated?.exitCode}`;
};

const matchCondition = ({ onPodConditions }: PodFailureRule, { metadata, status }: Pod): string | null => {
  const found = onPodConditions?.find(({ type, status: wanted = 'True' }) =>
    status.conditions?.some((condition) => condition.type === type && condition.status === wanted),
  );
  return found ? `Pod ${metadata.namespace}/${metadata.name} has condition ${found.type}` : null;
};
