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

  const work = (uid: string): void => {
    const job = objects.byUid('jobs', uid) as Job | undefined;
    // A pod without a Job, or whose Job is going, is let go before it is deleted.
    if (job?.metadata.deletionTimestamp !== undefined || !job)
      for (const pod of podsOf(stage, uid)) removeTracking(objects, pod);
    if (!job) return;
    const endedAt = endOf(job);
    if (endedAt === null) {
      syncJob(stage, job);
      lookAgainAt(uid, deadlineOf(job, (objects.byUid('jobs', uid) as Job | undefined)?.status ?? {}));
    } else if (job.spec.ttlSecondsAfterFinished !== undefined && job.metadata.deletionTimestamp === undefined) {
      const goesAt = endedAt + job.spec.ttlSecondsAfterFinished * 1000;
      if (goesAt <= Date.now()) deleteJob(objects, job);
      else lookAgainAt(uid, goesAt);
    }
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

  const unsubscribe = objects.on(({ resource, object }) => {
    if (resource === 'jobs') queue.add(object.metadata.uid);
    if (resource !== 'pods') return;
    const controller = controllerOf(object);
    if (controller !== undefined) queue.add(controller);
    else removeTracking(objects, object as Pod);
  });
  return {
    [Symbol.dispose]() {
      unsubscribe();
      queue[Symbol.dispose]();
    },
  };
};

/** When it ended, in epoch ms; null: it has not. */
const endOf = ({ status }: Job): number | null => {
  const condition = status?.conditions?.find(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  );
  return condition?.lastTransitionTime ? Date.parse(condition.lastTransitionTime) : null;
};
