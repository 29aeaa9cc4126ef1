import { randomBytes } from 'node:crypto';
import type { ClusterObjects, KubeObject } from '../cluster.ts';
import { timestamp } from '../objects/store.ts';

/** What the Job's controller makes of a Job that is created suspended. */
export function tellSuspended(objects: ClusterObjects, { metadata }: KubeObject): void {
  objects.change('jobs', metadata.uid, (job) => {
    job.status = {
      conditions: [condition('True', 'JobSuspended', 'Job suspended')],
      terminating: 0,
      uncountedTerminatedPods: {},
      ready: 0,
    };
  });
  tell(objects, metadata, 'Suspended');
}

/** … of one that is resumed. Gives the condition that its status has from now on. */
export function tellResumed(objects: ClusterObjects, { metadata }: KubeObject): object {
  tell(objects, metadata, 'Resumed');
  return condition('False', 'JobResumed', 'Job resumed');
}

function condition(status: string, reason: string, message: string): object {
  const now = timestamp();
  return { type: 'Suspended', status, lastProbeTime: now, lastTransitionTime: now, reason, message };
}

function tell(
  objects: ClusterObjects,
  { name, namespace = '', uid, resourceVersion }: KubeObject['metadata'],
  reason: string,
): void {
  const now = timestamp();
  objects.create('events', {
    metadata: { name: `${name}.${randomBytes(8).toString('hex')}`, namespace },
    involvedObject: { kind: 'Job', namespace, name, uid, apiVersion: 'batch/v1', resourceVersion },
    reason,
    message: `Job ${reason.toLowerCase()}`,
    source: { component: 'job-controller' },
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
    type: 'Normal',
    eventTime: null,
    reportingComponent: 'job-controller',
    reportingInstance: '',
  });
}
