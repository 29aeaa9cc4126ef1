import { ownerOf, type Principal } from '../../../access/principal.ts';
import { RunyardError } from '../../../domain/errors.ts';
import type { JobView, Services } from '../../../services/api.ts';

export interface WhichJob {
  principal: Principal;
  name: string;
  /** Default: who asks. */
  owner: string | undefined;
  /** Where the owner has none, that of another one: clients that clone look for the source under its new owner. */
  orOfAnother: boolean;
}

/** A job by its name and owner. Throws `job-not-found`. */
export const findJob = async (
  { jobs }: Services,
  { principal, name, owner, orOfAnother }: WhichJob,
): Promise<JobView> => {
  const whose = owner ?? ownerOf(principal);
  const own = await named(jobs, name, whose);
  if (own) return own;
  const other = orOfAnother ? ((await named(jobs, name, ownerOf(principal))) ?? (await named(jobs, name))) : undefined;
  if (other) return other;
  throw new RunyardError(
    'job-not-found',
    owner === undefined
      ? `You have no job named '${name}'. Say whose it is, as \`owner_name\`.`
      : `There is no job named '${name}' of that owner, or you may not see it.`,
  );
};

// The list finds parts of names too.
const named = async (jobs: Services['jobs'], name: string, owner?: string): Promise<JobView | undefined> => {
  for (let after: string | undefined; ; ) {
    const page = await jobs.list({
      name,
      limit: 100,
      ...(owner !== undefined && { owner }),
      ...(after !== undefined && { after }),
    });
    const found = page.items.find(({ spec }) => spec.name === name);
    if (found || page.next === undefined) return found;
    after = page.next;
  }
};
