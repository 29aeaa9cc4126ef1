import { join } from 'node:path';
import { deletePod } from '../shared/delete-pod.ts';
import { isTerminal, type Pod } from '../shared/objects.ts';
import { endForDeletion, endForReason, endNow, isHeard } from './end-pod.ts';
import type { KubeletParts } from './kubelet-parts.ts';
import { type PodRun, podRunOf } from './pod-run.ts';
import { cleanUp, runPod } from './run-pod.ts';
import { volumeFolders } from './volumes.ts';

export interface Kubelet extends AsyncDisposable {
  /** undefined: no kubelet has that pod. */
  runOf(uid: string): PodRun | undefined;
  /** Ends a pod of itself, as it does for want of memory or disk; the pod stays. */
  evict(uid: string, message: string): void;
  /** The machine is gone, and what ran on it. */
  lose(node: string): void;
}

interface Entry {
  run: PodRun;
  done: Promise<void>;
  /** Until its deadline. */
  timer: NodeJS.Timeout | undefined;
}

/** Plays the kubelets of all nodes: runs pods that are bound, ends them as they are told, and removes what is deleted. */
export const kubelet = (parts: KubeletParts, { folder, close }: { folder: string; close(): void }): Kubelet => {
  const { objects, fault } = parts.stage;
  const entries = new Map<string, Entry>();

  const begin = (pod: Pod): void => {
    const { uid } = pod.metadata;
    const run = podRunOf(pod, { folder: join(folder, uid), ip: parts.hosts.addressOf(pod) });
    const done = attend(parts, run)
      .catch(fault)
      .finally(() => entries.delete(uid));
    const entry = { run, done, timer: undefined };
    entries.set(uid, entry);
    heed(entry, pod);
  };

  const heed = (entry: Entry, pod: Pod): void => {
    const { run } = entry;
    run.pod = pod;
    if (run.isOver || !isHeard(parts, run)) return;
    clearTimeout(entry.timer);
    if (pod.metadata.deletionTimestamp !== undefined) endForDeletion(parts, run);
    const { activeDeadlineSeconds, terminationGracePeriodSeconds: graceSeconds = 30 } = pod.spec;
    if (activeDeadlineSeconds === undefined || run.ending.signal.aborted) return;
    if (parts.stage.node(pod.spec.nodeName ?? '')?.ignoresDeadlines) return;
    const left = run.startedAt + activeDeadlineSeconds * 1000 - Date.now();
    const stop = (): void => endForReason(parts, run, { ...overdue, graceSeconds });
    if (left <= 0) stop();
    else entry.timer = setTimeout(stop, Math.min(left, longestMs));
  };

  const unsubscribe = objects.on(({ type, resource, object }) => {
    if (resource !== 'pods') return;
    const pod = object as Pod;
    const entry = entries.get(pod.metadata.uid);
    if (!entry && type !== 'DELETED' && pod.spec.nodeName !== undefined && !isTerminal(pod)) begin(pod);
    else if (entry && type !== 'DELETED') heed(entry, pod);
    // Removed at once: what still runs of it is ended all the same.
    else if (entry && isHeard(parts, entry.run)) endNow(entry.run);
  });

  return {
    runOf: (uid) => entries.get(uid)?.run,
    evict(uid, message) {
      const run = entries.get(uid)?.run;
      if (run) endForReason(parts, run, { reason: 'Evicted', message, graceSeconds: 0 });
    },
    lose(node) {
      for (const { run } of entries.values()) if (run.pod.spec.nodeName === node) endNow(run);
    },
    async [Symbol.asyncDispose]() {
      unsubscribe();
      close();
      for (const { run, timer } of entries.values()) {
        clearTimeout(timer);
        endNow(run);
      }
      await Promise.all(Array.from(entries.values(), ({ done }) => done));
    },
  };
};

const overdue = {
  reason: 'DeadlineExceeded',
  message: 'Pod was active on the node longer than the specified deadline',
};

const longestMs = 2 ** 31 - 1;

const attend = async (parts: KubeletParts, run: PodRun): Promise<void> => {
  const { objects } = parts.stage;
  const { uid } = run.pod.metadata;
  const folders = volumeFolders(run.folder);
  try {
    // The scheduler first tells that it has bound the pod.
    await new Promise(setImmediate);
    await runPod(parts, run, folders);
    // Told to go before it was over: now it may.
    const isGoing = objects.byUid('pods', uid)?.metadata.deletionTimestamp !== undefined;
    if (isGoing && isHeard(parts, run)) deletePod(objects, uid, 0);
    await untilGone(parts, uid);
  } finally {
    await cleanUp(parts, run, folders);
  }
};

const untilGone = ({ stage: { objects }, closing }: KubeletParts, uid: string): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (!closing.aborted && objects.byUid('pods', uid)) return;
      unsubscribe();
      closing.removeEventListener('abort', look);
      resolve();
    };
    const unsubscribe = objects.on(({ object }) => {
      if (object.metadata.uid === uid) look();
    });
    closing.addEventListener('abort', look);
    look();
  });
