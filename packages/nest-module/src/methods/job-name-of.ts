import { isRunyardError, type Run, type Runyard } from '@runyard/core';

const asked = new WeakMap<Run, Promise<string | null>>();
const known = new Map<string, string>();
const most = 1000;

/** The name of a run's job, null when it is gone; asked for once for all who listen. While its Runyard closes, what it was when last asked for. */
export const jobNameOf = (runyard: Runyard, run: Run): Promise<string | null> => {
  const before = asked.get(run);
  if (before) return before;
  const name = ask(runyard, run.jobId);
  asked.set(run, name);
  return name;
};

const ask = async (runyard: Runyard, jobId: string): Promise<string | null> => {
  try {
    const { name } = (await runyard.jobs.get(jobId)).spec;
    remember(jobId, name);
    return name;
  } catch (error) {
    if (!isRunyardError(error)) throw error;
    if (error.code === 'job-not-found') return null;
    const last = known.get(jobId);
    if (error.code === 'closed' && last !== undefined) return last;
    throw error;
  }
};

const remember = (jobId: string, name: string): void => {
  known.delete(jobId);
  known.set(jobId, name);
  const [oldest] = known.keys();
  if (known.size > most && oldest !== undefined) known.delete(oldest);
};
