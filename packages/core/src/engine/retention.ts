import { newWaker, type Waker } from './waker.ts';

/** After so many of its runs have ended a job is looked at without waiting for its turn. */
const soonAfter = 1_000;

/** Which jobs have made much since they were pruned last. */
export interface RetentionWatch {
  /** A run of the job has ended here. */
  ended(jobId: string): void;
  /** One of the jobs that are to be looked at now; null: none is. */
  take(): string | null;
  /** It is being pruned: counted from zero again. */
  begin(jobId: string): void;
  /** Resolves when there is one to take, at once if there came one since the last call. */
  readonly woken: Waker['woken'];
}

export const newRetentionWatch = (): RetentionWatch => {
  const counts = new Map<string, number>();
  const wanted = new Set<string>();
  const waker = newWaker();
  return {
    ended(jobId) {
      const count = (counts.get(jobId) ?? 0) + 1;
      counts.set(jobId, count);
      if (count < soonAfter || wanted.has(jobId)) return;
      wanted.add(jobId);
      waker.wake();
    },
    take() {
      const [jobId = null] = wanted;
      return jobId;
    },
    begin(jobId) {
      wanted.delete(jobId);
      counts.delete(jobId);
    },
    woken: waker.woken,
  };
};
