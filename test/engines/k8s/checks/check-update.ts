import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../cluster.ts';
import { invalid } from '../http/refusal.ts';
import type { ResourceInfo } from '../resources.ts';
import { createProblems, type Problems } from './problems.ts';

/** Throws 422 for what cannot be changed. A uid that is not the object's is one of these. */
export function checkUpdate(info: ResourceInfo, before: KubeObject, after: KubeObject): void {
  const problems = createProblems();
  if (after.metadata.uid !== before.metadata.uid) {
    problems.invalid('metadata.uid', after.metadata.uid, 'field is immutable');
  }
  if (info.resource === 'jobs') checkJobUpdate(before, after, problems);
  if (info.resource === 'pods') checkPodUpdate(before.spec, after.spec, problems);
  if (before.immutable === true) checkImmutable(before, after, problems);
  if (problems.causes.length) throw invalid(info.kind, info.group, before.metadata.name, problems.causes);
}

const fixed = ['completions', 'selector', 'completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy'];

function checkJobUpdate({ spec: before, status }: KubeObject, { spec: after }: KubeObject, problems: Problems): void {
  const mayMove = before.suspend && !status?.startTime;
  if (!isDeepStrictEqual(fixedTemplate(before.template, mayMove), fixedTemplate(after.template, mayMove))) {
    problems.invalid('spec.template', after.template, 'field is immutable');
  }
  for (const field of fixed) {
    if (!isDeepStrictEqual(before[field], after[field])) {
      problems.invalid(`spec.${field}`, after[field] ?? null, 'field is immutable');
    }
  }
}

// A suspended Job that has not started yet may still be told where to run, as queueing systems do.
function fixedTemplate(template: KubeObject['spec'], mayMove: boolean): unknown {
  if (!mayMove) return template;
  const { nodeSelector: _selector, affinity: _affinity, tolerations: _tolerations, ...rest } = template.spec;
  const { schedulingGates: _gates, ...others } = rest;
  return others;
}

function checkPodUpdate(before: KubeObject['spec'], after: KubeObject['spec'], problems: Problems): void {
  const deadline = before?.activeDeadlineSeconds;
  const wanted = after?.activeDeadlineSeconds;
  if (deadline !== undefined && (wanted === undefined || wanted > deadline)) {
    problems.invalid('spec.activeDeadlineSeconds', wanted ?? null, 'must be less than or equal to previous value');
  }
  if (wanted !== undefined && (wanted < 1 || wanted > 2_147_483_647)) {
    problems.invalid('spec.activeDeadlineSeconds', wanted, 'must be between 1 and 2147483647, inclusive');
  }
  if (isDeepStrictEqual(fixedPart(before), fixedPart(after))) return;
  problems.forbidden(
    'spec',
    'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
  );
}

function fixedPart(spec: KubeObject['spec']): unknown {
  const { activeDeadlineSeconds: _deadline, tolerations: _tolerations, ...rest } = spec ?? {};
  const withoutImage = ({ image: _image, ...container }: { image?: string }) => container;
  return {
    ...rest,
    containers: rest.containers?.map(withoutImage),
    initContainers: rest.initContainers?.map(withoutImage),
  };
}

function checkImmutable(before: KubeObject, after: KubeObject, problems: Problems): void {
  if (after.immutable !== true) problems.forbidden('immutable', 'field is immutable when `immutable` is set');
  if (!isDeepStrictEqual(before.data, after.data)) {
    problems.forbidden('data', 'field is immutable when `immutable` is set');
  }
}
