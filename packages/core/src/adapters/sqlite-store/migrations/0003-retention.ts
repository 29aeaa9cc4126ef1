/** The skipped runs of a job, so that with `runs_ended` all that have ended are found, oldest or newest first, without their rows. */
export const retention = `
CREATE INDEX runs_skipped ON runs (job_id, seq) WHERE state = 'skipped';
`;
