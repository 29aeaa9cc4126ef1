import type { Principal } from '../../access/principal.ts';
import { isRunyardError, RunyardError } from '../../domain/errors.ts';
import type { JobSpec } from '../../domain/job/job.ts';
import type { JobPatch } from '../../domain/job/job-schema.ts';
import { patchJob } from '../../domain/job/parse-job.ts';
import type { Cloned, CloneOptions } from '../api.ts';
import { accessFindings } from '../check/access-findings.ts';
import { checkSpec } from '../check-spec.ts';
import { jobFor, mayOwn } from '../guard.ts';
import { viewOf } from '../job-view.ts';
import { type JobServices, jobContext } from '../read-job.ts';
import { insertJob } from '../write-job.ts';

/**
 * A job of its own with the same definition, for the same owner or another one: nothing of its runs, no pause, and its schedule off until somebody
 * enables it.
 */
export const cloneJob = async (
  services: JobServices,
  id: string,
  { owner, name, changes = {} }: CloneOptions,
): Promise<Cloned> => {
  const { context, principal } = services;
  const source = await jobFor(context, principal, 'job.read', id);
  refuseOwnerIn(changes);
  const to = owner ?? source.spec.owner;
  mayOwn(principal, 'job.write', to);
  const given: JobPatch = { ...changes, owner: to, ...(name !== undefined && { name }) };
  const patched = patchJob(source.spec, given, jobContext(services));
  const spec = { ...patched, schedule: patched.schedule && { ...patched.schedule, enabled: false } };
  checkSpec(context, spec);
  const isNamed = name !== undefined || changes.name !== undefined || to !== source.spec.owner;
  const cloned = { id: source.id, name: source.spec.name };
  const job = await inserted({ context, principal }, spec, { isNamed, cloned });
  const lacking = await accessFindings(context, spec, { signal: AbortSignal.timeout(longestAskMs), opened: false });
  return { job: await viewOf(context, job), lacking };
};

const refuseOwnerIn = ({ owner }: JobPatch): void => {
  if (owner === undefined) return;
  throw new RunyardError(
    'invalid-job',
    "`changes.owner` is not valid: the clone's owner is `owner`, beside `changes`. Give it there.",
    { field: 'changes.owner', expected: 'nothing', received: String(owner) },
  );
};

const inserted = async (
  writer: { context: JobServices['context']; principal: Principal },
  spec: JobSpec,
  { isNamed, cloned }: { isNamed: boolean; cloned: { id: string; name: string } },
): Promise<Awaited<ReturnType<typeof insertJob>>> => {
  for (let copy = 1; ; copy++) {
    const name = isNamed ? spec.name : copyName(spec.name, copy);
    try {
      return await insertJob(writer, { ...spec, name }, { applied: false, cloned });
    } catch (error) {
      if (isNamed || copy >= mostCopies || !isRunyardError(error) || error.code !== 'name-in-use') throw error;
    }
  }
};

const mostCopies = 100;
const longestAskMs = 5_000;

const copyName = (name: string, copy: number): string => {
  const ending = copy === 1 ? ' (copy)' : ` (copy ${copy})`;
  return `${name.slice(0, 200 - ending.length)}${ending}`;
};
