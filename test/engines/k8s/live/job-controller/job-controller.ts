import { controllerOf, type Job, type Pod } from '../shared/objects.ts';
import type { Stage } from '../shared/stage.ts';
import { workQueue } from '../shared/work-queue.ts';
import { deleteJob } from './delete-job.ts';
import { deadlineOf } from './failure-of.ts';
import { podsOf } from './pods-of.ts';
import { removeTracking } from './remove-tracking.ts';
import { syncJob } from './sync-job.ts';

/** Plays the Job controller, and the one that removes Jobs some time after they have ended. */
export const jobController = (stage: Stage): Disposable => {
  const { objects } = stage;
  /** Jobs of which a pod was refused: when the next is tried, by `performance.now()`. */
  const refused = new Map<string, { until: number; pauseMs: number }>();

  const work = (uid: string): void => {
    const job = objects.byUid('jobs', uid) as Job | undefined;
    if (!job) return;
    const endedAt = endOf(job);
    if (endedAt === null) {
      sync(job);
      lookAgainAt(uid, deadlineOf(job, (objects.byUid('jobs', uid) as Job | undefined)?.status ?? {}));
    } else if (job.spec.ttlSecondsAfterFinished !== undefined && job.metadata.deletionTimestamp === undefined) {
      const goesAt = endedAt + job.spec.ttlSecondsAfterFinished * 1000;
      if (goesAt <= Date.now()) deleteJob(objects, job);
      else lookAgainAt(uid, goesAt);
    }
  };

  const sync = (job: Job): void => {
    const { uid } = job.metadata;
    const { until = 0, pauseMs = firstPauseMs } = refused.get(uid) ?? {};
    const mayCreate = performance.now() >= until;
    // Timers can be early.
    if (!mayCreate) queue.addAfter(uid, until - performance.now() + 1);
    if (syncJob(stage, job, { mayCreate }).refused) {
      refused.set(uid, { until: performance.now() + pauseMs, pauseMs: Math.min(pauseMs * 2, longestPauseMs) });
      queue.addAfter(uid, pauseMs);
    } else if (mayCreate) refused.delete(uid);
  };

  const queue = workQueue((uid) => {
    try {
      work(uid);
    } catch (error) {
      stage.fault(error);
    }
  });
  const lookAgainAt = (uid: string, at: number): void => {
    if (Number.isFinite(at) && at > Date.now()) queue.addAfter(uid, at - Date.now());
  };

  const isGoing = (uid: string): boolean => {
    const job = objects.byUid('jobs', uid);
    return !job || job.metadata.deletionTimestamp !== undefined;
  };

  // Pods without a Job, or whose Job is going, are let go at once: before they are deleted.
  const unsubscribe = objects.on(({ resource, object }) => {
    const { uid } = object.metadata;
    if (resource === 'jobs') {
      if (isGoing(uid)) for (const pod of podsOf(stage, uid)) removeTracking(objects, pod);
      queue.add(uid);
    } else if (resource === 'pods') {
      const job = controllerOf(object) ?? '';
      if (isGoing(job)) removeTracking(objects, object as Pod);
      queue.add(job);
    }
  });
  return {
    [Symbol.dispose]() {
      unsubscribe();
      queue[Symbol.dispose]();
    },
  };
};

const firstPauseMs = 1_000;
const longestPauseMs = 600_000;

/** When it ended, in epoch ms; null: it has not. */
const endOf = ({ status }: Job): number | null => {
  const condition = status?.conditions?.find(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  );
  return condition?.lastTransitionTime ? Date.parse(condition.lastTransitionTime) : null;
};
