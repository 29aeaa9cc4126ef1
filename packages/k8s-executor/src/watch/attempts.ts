import type { Clock } from '@runyard/core';
import type { EventObject, JobObject, PodObject } from '../api/objects.ts';
import { createEventShelf } from './event-shelf.ts';
import { createShelf, type Kept, type Shelf } from './shelf.ts';
import { trimJob, trimPod } from './trim.ts';
import type { View } from './view.ts';

/** All that is known of the namespace's Jobs, put together by attempt. */
export interface Attempts {
  readonly jobs: Shelf<JobObject>;
  readonly pods: Shelf<PodObject>;
  putEvent(event: EventObject): void;
  view(uid: string): View;
  /** Forgets what has been gone for a while and is not followed. */
  sweep(goneForMs: number): void;
}

export const createAttempts = (
  clock: Clock,
  { isFollowed, onChange }: { isFollowed: (uid: string) => boolean; onChange: (uid: string) => void },
): Attempts => {
  const ownerOf = new Map<string, string>();
  const podsOf = new Map<string, Set<string>>();

  const jobs = createShelf<JobObject>(clock, { trim: trimJob, onChange });
  const pods = createShelf<PodObject>(clock, {
    trim: trimPod,
    onChange: (uid) => onChange(ownerOf.get(uid) ?? uid),
  });
  const events = createEventShelf((uid) => {
    const job = ownerOf.get(uid) ?? uid;
    return isFollowed(job) ? 2 : ownerOf.has(uid) || jobs.get(uid) !== undefined ? 1 : 0;
  });

  // As it was at first sight: a Job that is deleted and leaves its pods is struck out of them.
  const own = (pod: PodObject): boolean => {
    const { uid } = pod.metadata;
    if (ownerOf.has(uid)) return true;
    // The label stays where somebody has struck the owner out.
    const owner =
      pod.metadata.ownerReferences?.find((each) => each.controller === true)?.uid ??
      pod.metadata.labels?.['batch.kubernetes.io/controller-uid'];
    if (owner === undefined) return false;
    ownerOf.set(uid, owner);
    podsOf.set(owner, (podsOf.get(owner) ?? new Set()).add(uid));
    return true;
  };

  const forgetPod = (uid: string): void => {
    const owner = ownerOf.get(uid) ?? uid;
    const siblings = podsOf.get(owner);
    siblings?.delete(uid);
    if (siblings?.size === 0) podsOf.delete(owner);
    ownerOf.delete(uid);
    pods.forget(uid);
    events.forget(uid);
  };

  return {
    jobs,
    pods: { ...pods, put: (pod) => void (own(pod) && pods.put(pod)) },
    putEvent(event) {
      const about = event.involvedObject.uid;
      if (about !== undefined && events.put(event)) onChange(ownerOf.get(about) ?? about);
    },
    view(uid) {
      const job = jobs.get(uid);
      const uids = [...(podsOf.get(uid) ?? [])];
      const kept = uids.flatMap((each) => pods.get(each) ?? []);
      return {
        uid,
        job: job?.object ?? null,
        jobGone: job?.gone ?? false,
        pods: kept.map(({ object, gone, deletedAt, deletionAskedAt }) => ({
          pod: object,
          gone,
          deletedAt,
          deletionAskedAt,
        })),
        events: events.of([uid, ...uids]),
      };
    },
    sweep(goneForMs) {
      const before = clock.monotonic() - goneForMs;
      const isOver = ({ goneAt }: Kept<unknown>): boolean => goneAt !== null && goneAt <= before;
      for (const [uid, kept] of pods.all()) if (isOver(kept) && !isFollowed(ownerOf.get(uid) ?? uid)) forgetPod(uid);
      for (const [uid, kept] of jobs.all()) {
        if (!isOver(kept) || isFollowed(uid)) continue;
        jobs.forget(uid);
        events.forget(uid);
      }
    },
  };
};
