import type { NewObject } from '../../cluster.ts';
import type { Container, Job, PodSpec } from '../shared/objects.ts';
import { qosClassOf } from '../shared/pod-resources.ts';
import { randomSuffix } from '../shared/random-suffix.ts';

export const trackingFinalizer = 'batch.kubernetes.io/job-tracking';
export const indexAnnotation = 'batch.kubernetes.io/job-completion-index';

/** The pod that a Job makes, for that index where it is an indexed one. */
export const podOfJob = (job: Job, index: number | null): NewObject => {
  const { name, uid, namespace = '' } = job.metadata;
  const { metadata, spec } = structuredClone(job.spec.template);
  const generateName = generateNameOf(name, index);
  const tag: Record<string, string> = index === null ? {} : { [indexAnnotation]: String(index) };
  return {
    ...{ kind: 'Pod', apiVersion: 'v1' },
    metadata: {
      ...{ name: `${generateName}${randomSuffix()}`, generateName, namespace, generation: 1 },
      labels: { ...metadata?.labels, ...labelsOf(job), ...tag },
      ...((metadata?.annotations || index !== null) && { annotations: { ...metadata?.annotations, ...tag } }),
      ownerReferences: [
        { apiVersion: 'batch/v1', kind: 'Job', name, uid, controller: true, ...{ blockOwnerDeletion: true } },
      ],
      finalizers: [trackingFinalizer],
    },
    spec: specOf(spec, name, index),
    status: { phase: 'Pending', qosClass: qosClassOf(spec) },
  };
};

/** The template carries them too, where the Job came by the API server; a Job without them would not know its pods. */
const labelsOf = ({ metadata: { name, uid } }: Job): Record<string, string> => ({
  ...{ 'batch.kubernetes.io/controller-uid': uid, 'batch.kubernetes.io/job-name': name },
  ...{ 'controller-uid': uid, 'job-name': name },
});

const generateNameOf = (job: string, index: number | null): string => {
  const tail = index === null ? '-' : `-${index}-`;
  return job.slice(0, longestBase - tail.length) + tail;
};

const longestBase = 58;

const specOf = (spec: PodSpec, job: string, index: number | null): PodSpec => ({
  ...{ restartPolicy: 'Never', terminationGracePeriodSeconds: 30, dnsPolicy: 'ClusterFirst' },
  ...{ serviceAccountName: 'default', securityContext: {}, schedulerName: 'default-scheduler' },
  ...{ priority: 0, enableServiceLinks: true, preemptionPolicy: 'PreemptLowerPriority' },
  ...spec,
  ...(index !== null && { hostname: spec.hostname ?? `${job}-${index}` }),
  ...(spec.initContainers && { initContainers: spec.initContainers.map((each) => withIndex(each, index)) }),
  containers: spec.containers.map((each) => withIndex(each, index)),
  tolerations: [...(spec.tolerations ?? []), ...['not-ready', 'unreachable'].map(fiveMinutesOf)],
});

const withIndex = (container: Container, index: number | null): Container => {
  if (index === null || container.env?.some(({ name }) => name === 'JOB_COMPLETION_INDEX')) return container;
  const fieldRef = { apiVersion: 'v1', fieldPath: `metadata.labels['${indexAnnotation}']` };
  return { ...container, env: [...(container.env ?? []), { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef } }] };
};

const fiveMinutesOf = (state: string) => ({
  ...{ key: `node.kubernetes.io/${state}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
});
