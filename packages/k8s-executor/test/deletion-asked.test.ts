import { ManualClock } from '@runyard/core/testing';
import { expect, it } from 'vitest';
import { createAttempts } from '../src/watch/attempts.ts';
import { aPod, at, ended, runs, time } from './support/objects.ts';

it('a view remembers when a deletion was asked for, though the kubelet writes it anew when the pod has ended', () => {
  const attempts = createAttempts(new ManualClock(), { isFollowed: () => true, onChange: () => {} });
  const put = (version: number, pod: ReturnType<typeof aPod>, deletion?: [at: number, grace: number]): void => {
    Object.assign(pod.metadata, {
      resourceVersion: String(version),
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'train-1', uid: 'the-job', controller: true }],
      ...(deletion && { deletionTimestamp: time(deletion[0]), deletionGracePeriodSeconds: deletion[1] }),
    });
    attempts.pods.put(pod);
  };
  const askedAt = () => attempts.view('the-job').pods[0]?.deletionAskedAt;

  put(1, aPod({ job: runs }));
  expect(askedAt()).toBe(null);
  put(2, aPod({ job: runs }), [45, 30]);
  expect(askedAt()).toBe(at(15));
  put(3, aPod({ job: ended(0), phase: 'Succeeded' }), [22, 0]);
  expect(askedAt()).toBe(at(15));
});
