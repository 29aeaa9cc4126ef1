import type { KubeObject } from '../cluster.ts';
import { podDefaults } from './pod-defaults.ts';
import { withoutEmpty } from './without-empty.ts';

/** A Job as the API server completes it, in place: what its pods inherit, and the labels by which they are found. */
export function jobDefaults(job: KubeObject): void {
  job.metadata.generation ??= 1;
  const spec = withoutEmpty(job.spec ?? {});
  job.spec = spec;
  job.status ??= {};
  if (spec.parallelism === undefined && spec.completions === undefined) spec.completions = 1;
  spec.parallelism ??= 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : 2_147_483_647;
  spec.completionMode ??= 'NonIndexed';
  spec.suspend ??= false;
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed';
  spec.manualSelector ??= false;
  spec.template ??= {};
  spec.template.metadata ??= {};
  spec.template.spec ??= {};
  podDefaults(spec.template.spec);
  for (const rule of spec.podFailurePolicy?.rules ?? []) {
    for (const pattern of rule.onPodConditions ?? []) pattern.status ??= 'True';
  }
  if (!spec.manualSelector && !spec.selector) select(job);
}

function select({ metadata, spec }: KubeObject): void {
  const { name, uid } = metadata;
  spec.selector = { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } };
  spec.template.metadata.labels = {
    ...spec.template.metadata.labels,
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  };
}
