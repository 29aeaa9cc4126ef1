import type { EventObject, JobObject, PodObject } from '../../src/api/objects.ts';
import type { SeenPod, View } from '../../src/watch/view.ts';
import type { Frame } from './recordings.ts';

/** What a mirror makes of the frames: all that is known of the attempt with that Job. */
export const viewOf = (uid: string, options: { forgetsDeletions?: boolean } = {}) => {
  let job: JobObject | null = null;
  let jobGone = false;
  const pods = new Map<string, SeenPod>();
  const events = new Map<string, EventObject>();
  const takePod = (pod: PodObject, gone: boolean, at: number): void => {
    const { uid: podUid, ownerReferences = [], deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata;
    const known = pods.get(podUid);
    // An orphan stays that Job's.
    if (known === undefined && !ownerReferences.some((owner) => owner.controller && owner.uid === uid)) return;
    const deleted = gone || deletionTimestamp !== undefined;
    const askedAt =
      deletionTimestamp === undefined ? null : Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000;
    pods.set(podUid, {
      pod,
      gone,
      deletedAt: known?.deletedAt ?? (deleted ? at : null),
      ...(!options.forgetsDeletions && { deletionAskedAt: known?.deletionAskedAt ?? askedAt }),
    });
  };
  return {
    take: (frame: Frame): void => {
      if (frame.kind === 'event') events.set(frame.object.metadata.uid, frame.object);
      else if (frame.kind === 'pod') takePod(frame.object, frame.type === 'DELETED', frame.at);
      else if (frame.object.metadata.uid === uid) {
        job = frame.object;
        jobGone = frame.type === 'DELETED';
      }
    },
    view: (): View => ({
      uid,
      job,
      jobGone,
      pods: [...pods.values()],
      events: [...events.values()].filter(({ involvedObject: { uid: of = '' } }) => of === uid || pods.has(of)),
    }),
  };
};
