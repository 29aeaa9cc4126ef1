import type { KubeObject } from '../cluster.ts';
import { checkLabels } from './check-labels.ts';
import { checkPodSpec } from './check-pod-spec.ts';
import type { Problems } from './problems.ts';

/** What stands in a Job's spec, after defaults. */
export function checkJob({ spec }: KubeObject, problems: Problems): void {
  for (const field of notNegative) {
    if (spec[field] < 0) problems.invalid(`spec.${field}`, spec[field], 'must be greater than or equal to 0');
  }
  if (spec.completionMode === 'Indexed' && spec.completions === undefined) {
    problems.required('spec.completions', 'when completion mode is Indexed');
  }
  if (spec.backoffLimitPerIndex !== undefined && spec.completionMode !== 'Indexed') {
    problems.invalid('spec.backoffLimitPerIndex', spec.backoffLimitPerIndex, 'requires indexed completion mode');
  }
  if (spec.podFailurePolicy) checkFailurePolicy(spec, problems);
  checkLabels(spec.template.metadata?.labels, 'spec.template.labels', problems);
  checkPodSpec(spec.template.spec, 'spec.template.spec', problems);
  if (!['Never', 'OnFailure'].includes(spec.template.spec.restartPolicy)) {
    problems.required('spec.template.spec.restartPolicy', 'valid values: "OnFailure", "Never"');
  }
}

const notNegative = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
];

function checkFailurePolicy(spec: KubeObject['spec'], problems: Problems): void {
  if (spec.template.spec.restartPolicy !== 'Never') {
    problems.invalid(
      'spec.template.spec.restartPolicy',
      spec.template.spec.restartPolicy,
      'only "Never" is supported when podFailurePolicy is specified',
    );
  }
  for (const [index, rule] of (spec.podFailurePolicy.rules ?? []).entries()) {
    const field = `spec.podFailurePolicy.rules[${index}]`;
    if (!rule.onExitCodes === !rule.onPodConditions) {
      problems.invalid(field, field, 'specifying one of OnExitCodes and OnPodConditions is required');
    }
    const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
    if (!actions.includes(rule.action)) problems.notSupported(`${field}.action`, rule.action ?? '', actions);
  }
  if (spec.podReplacementPolicy !== 'Failed') {
    problems.notSupported('spec.podReplacementPolicy', spec.podReplacementPolicy, ['Failed']);
  }
}
