import type { Job } from '../domain/job/job.ts';

/** Jobs as they were read last: out of date at any time, so that whoever acts on one guards its revision. */
export interface KnownJobs {
  get(id: string): Job | undefined;
  put(job: Job): void;
  forget(id: string): void;
}

const most = 1000;

export const newKnownJobs = (): KnownJobs => {
  const jobs = new Map<string, Job>();
  return {
    get: (id) => jobs.get(id),
    put(job) {
      jobs.delete(job.id);
      jobs.set(job.id, job);
      for (const [oldest] of jobs) {
        if (jobs.size <= most) break;
        jobs.delete(oldest);
      }
    },
    forget: (id) => void jobs.delete(id),
  };
};
