import type { ClusterObjects, KubeObject } from '../../cluster.ts';
import { micros, seconds } from './times.ts';

export interface Told {
  reason: string;
  message: string;
  type?: 'Normal' | 'Warning';
  /** Who tells it. */
  component: string;
  /** Of the kubelet: its node. */
  node?: string;
  /** Of the scheduler, whose events have another form. */
  action?: string;
  /** Which container: `spec.containers{job}`. */
  fieldPath?: string;
}

/** Tells an event about a Job or a pod. What was told before in the same words is counted in the event that told it. */
export type RecordEvent = (kind: 'Job' | 'Pod', about: KubeObject, told: Told) => void;

export const eventRecorder = (objects: ClusterObjects): RecordEvent => {
  const before = new Map<string, string>();
  let made = 0;
  return (kind, about, told) => {
    const { uid, name, namespace = '', resourceVersion } = about.metadata;
    const key = JSON.stringify([uid, told.fieldPath, told.reason, told.message, told.type]);
    const known = objects.byUid('events', before.get(key) ?? '');
    if (known) return void objects.change('events', known.metadata.uid, (event) => count(event, told));
    made += 1;
    const event = objects.create('events', {
      ...{ kind: 'Event', apiVersion: 'v1' },
      metadata: { name: `${name}.${(Date.now() * 1000 + made).toString(16)}`, namespace },
      involvedObject: {
        ...{ kind, namespace, name, uid, apiVersion: kind === 'Job' ? 'batch/v1' : 'v1', resourceVersion },
        ...(told.fieldPath && { fieldPath: told.fieldPath }),
      },
      ...bodyOf(told),
    });
    before.set(key, event.metadata.uid);
  };
};

const bodyOf = ({ reason, message, type = 'Normal', component, node, action }: Told): object => {
  if (action) {
    const reporting = { reportingComponent: component, reportingInstance: component };
    return { reason, message, source: {}, type, ...stamps(null, null), eventTime: micros(), action, ...reporting };
  }
  const reporting = { reportingComponent: component, reportingInstance: node ?? '' };
  const source = { component, ...(node && { host: node }) };
  return { reason, message, source, type, ...stamps(seconds(), seconds()), count: 1, eventTime: null, ...reporting };
};

const stamps = (firstTimestamp: string | null, lastTimestamp: string | null) => ({ firstTimestamp, lastTimestamp });

const count = (event: KubeObject, { action }: Told): void => {
  if (action) {
    const series = event.series as { count: number } | undefined;
    event.series = { count: (series?.count ?? 1) + 1, lastObservedTime: micros() };
  } else {
    event.count = Number(event.count) + 1;
    event.lastTimestamp = seconds();
  }
};
