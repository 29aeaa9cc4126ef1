import { z } from 'zod';
import { jobSchema, overridesSchema } from '../../domain/job/job-schema.ts';

const overrides = overridesSchema.shape;

/** What a start may change for its one run. */
export const jobStart = z.strictObject({
  concurrency_policy: overrides.concurrencyPolicy.describe("`Allow` steps around the job's policy."),
  environment_variables: overrides.env.describe("Beside the job's own, and before them."),
  arguments: overrides.arguments.describe('Appended to the command.'),
  command: overrides.command,
  ref: overrides.ref.describe("Instead of the first repository's."),
  debug_mode: z.boolean().nullish().describe('Only `false`.'),
});

/** What a restart may change: the policy is always Replace. */
export const jobRestart = jobStart.omit({ concurrency_policy: true });

export const cronScheduleUpdate = z.strictObject({
  schedule: jobSchema.shape.schedule.unwrap().unwrap().shape.cron.optional(),
  concurrency_policy: jobSchema.shape.concurrencyPolicy,
});
