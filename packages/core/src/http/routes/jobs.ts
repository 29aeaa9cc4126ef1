import { z } from 'zod';
import { type ErrorCode, RunyardError } from '../../domain/errors.ts';
import type { JobInput, JobPatch } from '../../domain/job/job-schema.ts';
import type { JobListOptions, SaveOptions } from '../../services/api.ts';
import type { Owners } from '../../services/owners/api.ts';
import { namedJob, namedJobs, namedJobText } from '../answers/named-jobs.ts';
import { type PagingQuery, pageKeys, pageOptions } from '../answers/page-answer.ts';
import { withCommandList } from '../names/command-list.ts';
import { withDefaultBranches } from '../names/default-branch.ts';
import { withOwner } from '../names/given-owner.ts';
import { jobNames } from '../names/job-names.ts';
import { type OwnerQuery, ownerFilter } from '../names/owner-filter.ts';
import { toLibrary } from '../names/translate.ts';
import { withoutUnsupported } from '../names/unsupported.ts';
import { inWireNames } from '../names/wire-error.ts';
import { json, jsonText, noContent, type Route, route } from '../route.ts';
import { job, jobList } from '../schemas/answers.ts';
import { jobCreateExample, jobExample } from '../schemas/examples.ts';
import { jobCreate, jobUpdate } from '../schemas/job-request.ts';
import { checkFirst, flag, ownerQuery, paging, several } from '../schemas/query.ts';

/** What the fields of a job are refused for. */
export const savingErrors = [
  'invalid-job',
  'unknown-field',
  'unsupported-field',
  'invalid-cron',
  'unknown-size',
  'check-failed',
] as const satisfies readonly ErrorCode[];

/** Jobs: create, list, read, edit, remove. */
export const jobRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/jobs',
    id: 'createJob',
    summary: 'Create a job',
    query: z.object({ check: checkFirst }),
    body: { schema: jobCreate, code: 'invalid-job', required: true, example: jobCreateExample },
    answers: { 201: { description: 'The job', schema: job, example: jobExample } },
    errors: [...savingErrors, 'name-in-use'],
    handle: async (call) => {
      const created = await inWireNames(call.body, jobNames, async () =>
        call.services.jobs.create(
          libraryBody(await withOwner(call.body, call.owners, { code: 'invalid-job' })) as unknown as JobInput,
          saveOptions(call.query),
        ),
      );
      return json(await namedJob(call, created), 201, { location: call.url(`/jobs/${created.id}`) });
    },
  }),
  route({
    method: 'GET',
    path: '/jobs',
    id: 'listJobs',
    summary: 'List jobs',
    query: z.object({
      ...paging,
      name: z.string().optional().describe('Part of the name.'),
      ...ownerQuery,
      tags: several(z.string()).optional().describe('`key:value`; all of these.'),
    }),
    answers: { 200: { description: 'A page of jobs', schema: jobList } },
    handle: async (call) => {
      const page = await call.services.jobs.list(await listOptions(call.query, call.owners));
      return json({ jobs: await namedJobs(call, page.items), ...pageKeys(page) });
    },
  }),
  route({
    method: 'GET',
    path: '/jobs/{job_id}',
    id: 'getJob',
    summary: 'Read a job',
    answers: { 200: { description: 'The job', schema: job, example: jobExample } },
    errors: ['job-not-found'],
    handle: async (call) => jsonText(await namedJobText(call, await call.services.jobs.get(call.params.job_id ?? ''))),
  }),
  route({
    method: 'PATCH',
    path: '/jobs/{job_id}',
    id: 'updateJob',
    summary: 'Edit a job',
    description:
      'What is left out stays; settings objects are merged, lists and maps replaced; null takes a field back to its default.',
    query: z.object({ check: checkFirst }),
    body: { schema: jobUpdate, code: 'invalid-job', required: true, example: { retries: 2 } },
    answers: { 200: { description: 'The job', schema: job, example: jobExample } },
    errors: [...savingErrors, 'job-not-found', 'name-in-use', 'edit-conflict'],
    handle: async (call) => {
      const updated = await inWireNames(call.body, jobNames, async () =>
        call.services.jobs.update(
          call.params.job_id ?? '',
          libraryBody(await withOwner(call.body, call.owners, { code: 'invalid-job' })) as JobPatch,
          saveOptions(call.query),
        ),
      );
      return json(await namedJob(call, updated));
    },
  }),
  route({
    method: 'DELETE',
    path: '/jobs/{job_id}',
    id: 'deleteJob',
    summary: 'Remove a job',
    query: z.object({ allow_active: flag.optional().describe('Its active runs are cancelled.') }),
    answers: { 204: { description: 'It is removed; its runs stay readable.' } },
    errors: ['job-not-found', 'job-active'],
    handle: async (call) => {
      await call.services.jobs.remove(call.params.job_id ?? '', { allowActive: call.query.allow_active ?? false });
      return noContent();
    },
  }),
];

const saveOptions = ({ check = false }: { check?: boolean | undefined }): SaveOptions => ({ check });

/** The body of a job in the library's names. */
export const libraryBody = (body: z.output<typeof jobUpdate> | z.output<typeof jobCreate>): Record<string, unknown> => {
  body.external_repo_attachments?.forEach(checkRepository);
  return withDefaultBranches(toLibrary(withCommandList(withoutUnsupported(body)), jobNames));
};

type Repository = NonNullable<z.output<typeof jobUpdate>['external_repo_attachments']>[number];

// The published form names a stored repository, of which there are none yet.
const checkRepository = ({ url, external_repo_id: id }: Repository, index: number): void => {
  const at = `external_repo_attachments.${index}`;
  if (id != null)
    throw new RunyardError(
      'unsupported-field',
      `\`${at}.external_repo_id\` is not supported yet: give the repository itself, as \`url\` with \`ref\`, \`ref_type\` and \`path\`.`,
      { field: `${at}.external_repo_id`, expected: 'url', received: id },
    );
  if (url === undefined)
    throw new RunyardError('invalid-job', `\`${at}.url\` is missing: give the address of the repository.`, {
      field: `${at}.url`,
      expected: 'a text',
      received: 'nothing',
    });
};

interface ListQuery extends PagingQuery, OwnerQuery {
  name?: string | undefined;
  tags?: string[] | undefined;
}

const listOptions = async (query: ListQuery, owners: Owners): Promise<JobListOptions> => {
  const owner = await ownerFilter(query, owners);
  return {
    ...pageOptions(query),
    ...(query.name !== undefined && { name: query.name }),
    ...(owner !== undefined && { owner }),
    ...(query.tags !== undefined && { tags: Object.fromEntries(query.tags.map(tagPair)) }),
  };
};

const tagPair = (tag: string): [string, string] => {
  const colon = tag.indexOf(':');
  if (colon > 0) return [tag.slice(0, colon), tag.slice(colon + 1)];
  throw new RunyardError(
    'invalid-request',
    `\`tags\` is not valid: expected key:value, received ${JSON.stringify(tag)}.`,
    {
      field: 'tags',
      expected: 'key:value',
      received: tag,
    },
  );
};
