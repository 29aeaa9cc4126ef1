import { ownerOf, type Principal } from '../../../access/principal.ts';
import { RunyardError } from '../../../domain/errors.ts';
import type { JobView, Services } from '../../../services/api.ts';
import { unlessGone } from '../unless-gone.ts';

export interface WhichJob {
  principal: Principal;
  name: string;
  /** Default: who asks. */
  owner: string | undefined;
  /** Where the owner has none, that of another one: clients that clone look for the source under its new owner. */
  orOfAnother: boolean;
}

/** A job by its name and owner. Throws `job-not-found`; `invalid-request` where several others have one of that name. */
export const findJob = async ({ jobs }: Pick<Services, 'jobs'>, which: WhichJob): Promise<JobView> => {
  const { principal, name, owner, orOfAnother } = which;
  if (principal.job !== undefined) return onlyJob(jobs, principal.job, which);
  const mine = ownerOf(principal);
  const [own] = (await jobs.list({ named: name, owner: owner ?? mine })).items;
  if (own) return own;
  const others = orOfAnother ? (await jobs.list({ named: name })).items : [];
  const other = others.find(({ spec }) => spec.owner === mine) ?? others[0];
  if (!other) throw noSuchJob(which);
  if (others.length > 1 && other.spec.owner !== mine) throw severalJobs(name);
  return other;
};

// Who may read one job may find that one, and no other.
const onlyJob = async (jobs: Services['jobs'], id: string, which: WhichJob): Promise<JobView> => {
  const { name, owner, orOfAnother } = which;
  const job = await unlessGone(jobs.get(id), 'job-not-found');
  const isOfOwner = owner === undefined || orOfAnother || owner === job?.spec.owner;
  if (job?.spec.name !== name || !isOfOwner) throw noSuchJob(which);
  return job;
};

const noSuchJob = ({ name, owner }: WhichJob): RunyardError =>
  new RunyardError(
    'job-not-found',
    owner === undefined
      ? `You have no job named '${name}'. Say whose it is, as \`owner_name\`.`
      : `There is no job named '${name}' of that owner, or you may not see it.`,
  );

const severalJobs = (name: string): RunyardError =>
  new RunyardError(
    'invalid-request',
    `Several owners have a job named '${name}': say whose you mean, as \`owner_name\`.`,
    {
      field: 'owner_name',
      expected: 'the owner of the job',
      received: 'nobody who has one',
    },
  );
