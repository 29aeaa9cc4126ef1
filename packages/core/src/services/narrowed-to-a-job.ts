import { isOfRun, type Principal } from '../access/principal.ts';
import { RunyardError } from '../domain/errors.ts';
import type { JobSpec } from '../domain/job/job.ts';
import type { StartOverrides } from '../domain/run/run.ts';

/**
 * Throws `forbidden` where a token that is for one job would give that job a secret or a git credential that it does not have: it would reach all that its
 * owner has.
 */
export const nothingMoreOfOwner = (principal: Principal, before: JobSpec, after: JobSpec): void => {
  if (principal.job === undefined) return;
  const secret = added(namesOf(before.secrets, 'name'), namesOf(after.secrets, 'name'));
  if (secret !== undefined) throw outOfReach({ field: 'secrets', what: `secret '${secret}'` });
  const credential = added(namesOf(before.sources, 'credential'), namesOf(after.sources, 'credential'));
  if (credential !== undefined) throw outOfReach({ field: 'sources', what: `git credential '${credential}'` });
};

/** Throws `forbidden` where a run would start its job, by its own token, as something else than what the job is. */
export const startsAsItIs = (principal: Principal, given: StartOverrides): void => {
  if (!isOfRun(principal)) return;
  const field = notByRuns.find((one) => given[one] !== undefined && !isEmpty(given[one]));
  if (field === undefined) return;
  throw new RunyardError(
    'forbidden',
    `You may not give \`${field}\` (job.start): the token of a run starts its job as it is, but for \`arguments\` and the concurrency policy. It takes a token of the owner with the scope 'jobs:start'.`,
    { field },
  );
};

const notByRuns = ['command', 'ref', 'env'] as const satisfies (keyof StartOverrides)[];

// A client may send all its fields, and variables none.
const isEmpty = (given: unknown): boolean =>
  typeof given === 'object' && given !== null && Object.keys(given).length === 0;

const namesOf = <Key extends string>(items: readonly { [K in Key]: string | null }[], key: Key): string[] =>
  items.flatMap((item) => item[key] ?? []);

const added = (before: readonly string[], after: readonly string[]): string | undefined =>
  after.find((name) => !before.includes(name));

const outOfReach = ({ field, what }: { field: string; what: string }): RunyardError =>
  new RunyardError(
    'forbidden',
    `You may not attach the ${what} (job.write): a token for one job gives it no secrets and git credentials that it does not have. It takes one of the owner that is not narrowed to a job.`,
    { field },
  );
