import { z } from 'zod';
import { isRunyardError, RunyardError } from '../../domain/errors.ts';
import type { JobSpec } from '../../domain/job/job.ts';
import type { JobInput } from '../../domain/job/job-schema.ts';
import type { JobDifference } from '../../services/api.ts';
import type { OwnerNames, Owners } from '../../services/owners/api.ts';
import { ownerAnswer } from '../answers/owner-answer.ts';
import { withOwner } from '../names/given-owner.ts';
import { jobNames } from '../names/job-names.ts';
import { toWire } from '../names/translate.ts';
import { inWireNames } from '../names/wire-error.ts';
import { json, route } from '../route.ts';
import { appliedJobs } from '../schemas/answers.ts';
import { appliedExample, jobCreateExample } from '../schemas/examples.ts';
import { type jobCreate, jobsApply } from '../schemas/job-request.ts';
import { checkFirst, flag } from '../schemas/query.ts';
import { libraryBody, savingErrors } from './jobs.ts';

/** Brings the stored jobs to what a file says: `jobs.apply` and `jobs.diff`. */
export const applyJobs = route({
  method: 'PUT',
  path: '/jobs',
  id: 'applyJobs',
  summary: 'Create or update jobs by owner and name',
  description:
    'Does nothing where nothing changed. All jobs are checked before the first is written; what a job leaves out has its default afterwards. A pause that was set by hand stays.',
  query: z.object({
    prune: flag.optional().describe('Remove jobs of these owners that were applied once and are not among these.'),
    check: checkFirst,
    dry_run: flag.optional().describe('Only say what would change.'),
  }),
  body: { schema: jobsApply, code: 'invalid-job', required: true, example: { jobs: [jobCreateExample] } },
  answers: { 200: { description: 'What became of each job', schema: appliedJobs, example: appliedExample } },
  errors: [...savingErrors, 'edit-conflict'],
  handle: async ({ services: { jobs }, owners, body, query }) => {
    const prune = query.prune ?? false;
    const inputs: JobInput[] = [];
    const differences: JobDifference[] = [];
    // One by one, so that what is wrong with a job is told with its place in the body.
    for (const [index, job] of body.jobs.entries())
      differences.push(
        ...(await ofJob(job, index, async () => {
          const input = libraryBody(await withOwner(job, owners, { code: 'invalid-job' })) as unknown as JobInput;
          inputs.push(input);
          return jobs.diff(input);
        })),
      );
    if (query.dry_run) {
      const removed = prune ? (await jobs.diff(inputs, { prune })).filter(({ change }) => change === 'removed') : [];
      return json({ changes: await changeAnswers(owners, [...differences, ...removed]) });
    }
    const applied = await jobs.apply(inputs, { prune, check: query.check ?? false });
    const changes = applied.map(({ job, change }, index) => {
      const before = change === 'created' ? null : (differences[index]?.before ?? job.spec);
      return { change, id: job.id, before, after: change === 'removed' ? null : job.spec };
    });
    return json({ changes: await changeAnswers(owners, changes) });
  },
});

const changeAnswers = async (owners: Owners, differences: readonly JobDifference[]) => {
  const names = await owners.named(differences.flatMap(({ before, after }) => (after ?? before)?.owner ?? []));
  return differences.map(({ change, id, before, after }) => {
    const { name, owner } = after ?? before ?? { name: '', owner: '' };
    return { change, id, name, owner, before: specAnswer(before, names), after: specAnswer(after, names) };
  });
};

const specAnswer = (spec: JobSpec | null, names: OwnerNames): Record<string, unknown> | null =>
  spec && { ...toWire(spec, jobNames), owner: ownerAnswer(spec.owner, names) };

const ofJob = async <T>(job: z.output<typeof jobCreate>, index: number, work: () => Promise<T>): Promise<T> => {
  try {
    return await inWireNames(job, jobNames, work);
  } catch (error) {
    if (!isRunyardError(error)) throw error;
    const { code, message, field, expected, received, position } = error;
    throw new RunyardError(code, `Job ${JSON.stringify(job.name)}: ${message}`, {
      ...(field !== undefined && { field: `jobs.${index}.${field}` }),
      ...(expected !== undefined && { expected }),
      ...(received !== undefined && { received }),
      ...(position !== undefined && { position }),
      cause: error,
    });
  }
};
