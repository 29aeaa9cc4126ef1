import { isTrue } from '../engines/k8s/live/shared/conditions.ts';
import type { Container, ContainerState, Job, Pod, PodSpec } from '../engines/k8s/live/shared/objects.ts';

/** The body of a Job whose container `job` runs a shell command. */
export const liveJob = (
  name: string,
  command: string,
  { job, pod, container }: { job?: Partial<Job['spec']>; pod?: Partial<PodSpec>; container?: Partial<Container> } = {},
): object => ({
  ...{ apiVersion: 'batch/v1', kind: 'Job', metadata: { name } },
  spec: {
    ...{ backoffLimit: 0, completions: 1, parallelism: 1, podReplacementPolicy: 'Failed' },
    ...job,
    template: {
      spec: {
        ...{ restartPolicy: 'Never', terminationGracePeriodSeconds: 1 },
        containers: [{ name: 'job', image: 'runyard/busybox:1', command: ['sh', '-c', command], ...container }],
        ...pod,
      },
    },
  },
});

export const isOver = ({ status }: Job): boolean =>
  isTrue(status?.conditions, 'Complete') || isTrue(status?.conditions, 'Failed');

export const isUp = (pod: Pod): boolean => pod.status.phase === 'Running';

/** Of its container `job`. */
export const stateOf = ({ status }: Pod): ContainerState => status.containerStatuses?.[0]?.state ?? {};
