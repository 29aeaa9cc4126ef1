import { RunyardError } from '../domain/errors.ts';
import type { Job, JobSpec } from '../domain/job/job.ts';

/** What a job has, its secrets and repositories and its runs, is its owner's: another owner gets a job of his own. Throws `invalid-job`. */
export const keepsItsOwner = ({ spec }: Job, { owner }: JobSpec): void => {
  if (owner === spec.owner) return;
  throw new RunyardError(
    'invalid-job',
    `\`owner\` is ${spec.owner} and stays so. Clone the job for ${owner} (\`jobs.clone\`, POST /jobs/{job_id}/clone), which tells what ${owner} lacks, and remove this one.`,
    { field: 'owner', expected: spec.owner, received: owner },
  );
};
