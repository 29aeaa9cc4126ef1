import { z } from 'zod';
import { jobSchema } from '../../domain/job/job-schema.ts';
import { job, time } from './answers.ts';
import { jobExample } from './examples.ts';
import { jobUpdate, owner } from './job-request.ts';

/* What is found of a job before it runs, and its clones. */

export const finding = z.object({
  code: z.string().meta({ example: 'unknown-secret' }),
  severity: z.enum(['error', 'warning']).describe('`error`: it cannot run as it is.'),
  sentence: z.string().describe('What is so, and what to do.'),
  field: z.string().optional().meta({ example: 'secrets.0.name' }),
});

export const jobCheck = z.object({
  findings: z.array(finding).describe('Errors first. Empty: nothing is known to be wrong.'),
  next_at: z.array(time).describe('The next five instants of its schedule.'),
});

export const jobClone = z.strictObject({
  owner: owner.nullish().describe('Whose it is to be. Default: that of the job.'),
  name: jobSchema.shape.name.optional().describe('Default: the same for another owner, else with `(copy)` behind it.'),
  changes: jobUpdate.nullish().describe('What is to be different.'),
});

export const clonedJob = job.extend({
  lacking: z
    .array(finding)
    .describe('The secrets and repositories that its owner lacks: it cannot be started until they are there.'),
});

const findingExample = {
  code: 'unknown-secret',
  severity: 'error',
  sentence: "group:etl has no secret 'warehouse-password': create it for the group, or take it off the job.",
  field: 'secrets.0.name',
};

export const jobCheckExample = { findings: [findingExample], next_at: ['2026-02-02T06:00:00+00:00'] };
export const clonedJobExample = { ...jobExample, lacking: [findingExample] };
