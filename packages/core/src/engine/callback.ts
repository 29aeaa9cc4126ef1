import type { Job } from '../domain/job/job.ts';
import type { Run } from '../domain/run/run.ts';
import type { LaunchSecret } from '../ports/executor.ts';

/** How runs reach the API. */
export interface Callback {
  url: string;
  /** The token of a run: it stands for the run's job as long as the run is active. */
  token(runId: string): string;
}

interface Caller {
  job: Job;
  run: Run;
}

/** Where a run finds the API. What its job sets itself comes over it. */
export const callbackEnv = ({ callback }: { callback: Callback | null }): Record<string, string> =>
  callback ? { RUNYARD_URL: callback.url } : {};

/** The run's own token, delivered like a secret of its job; none where the job brings one. */
export const callbackSecrets = ({ callback }: { callback: Callback | null }, { job, run }: Caller): LaunchSecret[] => {
  if (!callback || bringsOne(job, run)) return [];
  return [{ type: 'environment_variable', location: 'RUNYARD_TOKEN', value: callback.token(run.id) }];
};

const bringsOne = ({ spec }: Job, { overrides }: Run): boolean =>
  'RUNYARD_TOKEN' in { ...spec.env, ...overrides?.env } ||
  spec.secrets.some(({ type, location }) => type === 'environment_variable' && location === 'RUNYARD_TOKEN');
