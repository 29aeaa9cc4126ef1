import type { Check } from './check.ts';

/** A run ends as `cancelled` only because somebody asked for it, and says so. */
export const namesItsCause: Check = (_, { runs }) =>
  [...runs.values()].flatMap(({ run, stops }) => {
    const causes = stops.map(({ stop }) => stop.cause as string);
    if (run.state === 'cancelled' && !causes.includes(run.reason ?? ''))
      return [`run ${run.id} was cancelled (${run.reason}), and nobody had asked`];
    if (run.reason === 'timeout' && !causes.includes('timeout'))
      return [`run ${run.id} timed out, and no limit had passed`];
    return [];
  });

/** What is due under a pause does not run, nor afterwards (DESIGN 5). */
export const firesNothingUnderAPause: Check = ({ profile }, { jobs, runs }) => {
  // Where the clock is set, an instant may have been due before the pause and after it.
  // A process that stood still may write a pause as of the moment in which it was asked.
  if (profile.clockJumps || profile.freezes) return [];
  return [...runs.values()].flatMap(({ run }) => {
    const { dueAt } = run;
    if (dueAt === null) return [];
    const version = jobs.get(run.jobId)?.versions.findLast(({ job }) => job.updatedAt < dueAt);
    return version?.job.pause ? [`run ${run.id} is of ${new Date(dueAt).toISOString()}, when its job was paused`] : [];
  });
};
