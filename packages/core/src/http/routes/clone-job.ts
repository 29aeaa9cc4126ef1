import type { JobPatch } from '../../domain/job/job-schema.ts';
import type { CloneOptions } from '../../services/api.ts';
import { findingAnswer } from '../answers/check-answer.ts';
import { namedJob } from '../answers/named-jobs.ts';
import { inOwnerWords } from '../answers/owner-words.ts';
import { ownerCodec } from '../names/codecs.ts';
import { withOwner } from '../names/given-owner.ts';
import { jobNames } from '../names/job-names.ts';
import { type NameRow, row, same } from '../names/name-row.ts';
import { toLibrary } from '../names/translate.ts';
import { inWireNames } from '../names/wire-error.ts';
import { json, route } from '../route.ts';
import { clonedJob, clonedJobExample, jobClone } from '../schemas/checks.ts';
import { libraryBody } from './jobs.ts';

/** Copies a job's definition, for its owner or for another one. */
export const cloneJob = route({
  method: 'POST',
  path: '/jobs/{job_id}/clone',
  id: 'cloneJob',
  summary: 'Clone a job, also to hand it over',
  description: 'The clone has no runs, and its schedule is off until it is enabled.',
  body: { schema: jobClone, code: 'invalid-job', example: { owner: { group_id: 'etl' }, changes: { retries: 2 } } },
  answers: { 201: { description: 'The clone', schema: clonedJob, example: clonedJobExample } },
  errors: ['unsupported-field', 'invalid-cron', 'unknown-size', 'group-not-found', 'name-in-use'],
  handle: async (call) => {
    const { services, owners, params, body, url } = call;
    const { job, lacking } = await inWireNames(body, names, async () => {
      const { owner, ...named } = toLibrary(await withOwner(body, owners, { code: 'invalid-job' }), headNames);
      const options: CloneOptions = { ...named, ...(typeof owner === 'string' && { owner }) };
      const given = await withOwner(body.changes ?? {}, owners, { code: 'invalid-job', field: 'changes.owner' });
      const changes = libraryBody(given) as JobPatch;
      return services.jobs.clone(params.job_id ?? '', { ...options, changes });
    });
    const answer = {
      ...(await namedJob(call, job)),
      lacking: await inOwnerWords(
        owners,
        lacking.map((each) => findingAnswer(each)),
      ),
    };
    return json(answer, 201, { location: url(`/jobs/${job.id}`) });
  },
});

const headNames: readonly NameRow[] = [same('name'), row('owner', 'owner', ownerCodec('invalid-job'))];

/** What is said of the changes is said of them where they stand in the body. */
const names: readonly NameRow[] = [
  ...headNames,
  ...jobNames.map((each) => ({ ...each, wire: `changes.${each.wire}` })),
];
