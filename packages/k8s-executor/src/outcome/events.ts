import type { EventObject } from '../api/objects.ts';
import type { View } from '../watch/view.ts';
import { epoch } from './times.ts';

/** What an event tells, of a Job, of a pod, or of one of its containers. */
export interface Told {
  reason: string;
  message: string;
  /** null: of the whole. */
  container: string | null;
  /** Epoch ms: when it was first told, and last, since equal ones are told as one. */
  first: number;
  last: number;
}

/** What was told of an object, by its uid, the latest last. Events are told with a delay, may be lost, and are forgotten after an hour. */
export const toldOf = ({ events }: View, uid: string): Told[] =>
  events
    .filter(({ involvedObject }) => involvedObject.uid === uid)
    .map(told)
    .sort((a, b) => a.last - b.last);

const told = (event: EventObject): Told => {
  const first = epoch(event.firstTimestamp) ?? epoch(event.eventTime) ?? epoch(event.metadata.creationTimestamp) ?? 0;
  return {
    reason: event.reason ?? '',
    message: event.message ?? '',
    container: /\{([^}]*)\}$/.exec(event.involvedObject.fieldPath ?? '')?.[1] ?? null,
    first,
    last: epoch(event.lastTimestamp) ?? first,
  };
};

/** Whether the kubelet began to end a container that ran. */
export const wasKilled = (view: View, uid: string): boolean =>
  toldOf(view, uid).some(({ reason }) => reason === 'Killing');
