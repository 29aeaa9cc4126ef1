import type { Check } from './check.ts';

const dayMs = 86_400_000;

/** The same key for the same job is the same run, for 24 hours. */
export const givesOneRunForAKey: Check = ({ history }) =>
  history.accepted.flatMap((one) =>
    history.accepted
      .filter(
        (other) =>
          one.key !== null && other.key === one.key && other.jobId === one.jobId && other.run.id !== one.run.id,
      )
      .filter((other) => Math.abs(other.run.createdAt - one.run.createdAt) < dayMs)
      .map((other) => `the key ${one.key} of job ${one.jobId} gave ${one.run.id} and ${other.run.id}`),
  );
