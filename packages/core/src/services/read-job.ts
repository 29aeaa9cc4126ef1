import { ownerOf, type Principal } from '../access/principal.ts';
import type { JobSpec } from '../domain/job/job.ts';
import type { JobInput } from '../domain/job/job-schema.ts';
import { type JobContext, parseJob } from '../domain/job/parse-job.ts';
import type { EngineContext } from '../engine/context.ts';
import { checkSpec } from './check-spec.ts';
import { mayOwn } from './guard.ts';

/** What the job services need besides the engine. */
export interface JobServices {
  context: EngineContext;
  principal: Principal;
  /** Tells who is asking now, where that may have changed; absent: it cannot. */
  again?: (() => Promise<Principal>) | undefined;
  defaultExecutor: string;
  /** The host's own defaults for jobs. */
  jobDefaults: Partial<JobInput>;
}

export const jobContext = ({ context, principal, defaultExecutor, jobDefaults }: JobServices): JobContext => ({
  sizes: context.sizes,
  executors: [...context.executors.keys()],
  defaultExecutor,
  defaultOwner: ownerOf(principal),
  defaults: jobDefaults,
});

/** Reads and checks a job that somebody wants to make. */
export const readJob = (services: JobServices, input: JobInput): JobSpec => {
  const spec = parseJob(input, jobContext(services));
  mayOwn(services.principal, 'job.write', spec.owner);
  checkSpec(services.context, spec);
  return spec;
};
