import { type Given, UsageError } from '../command.ts';
import type { Client } from './client.ts';
import { Refused } from './errors.ts';
import { ownerText } from './owner-text.ts';
import { isId, type JobShape } from './shapes.ts';

/** The job of that name or id. `owner` chooses where several owners have one of that name. */
export const findJob = async <T extends JobShape = JobShape>(
  client: Client,
  which: string,
  owner?: string,
): Promise<T> => {
  if (isId(which)) {
    const job = await unlessMissing(client.get<T>(`/jobs/${which}`));
    if (job !== null) return job;
  }
  const named = await jobsNamed<T>(client, which, owner);
  const [job, other] = named;
  if (job === undefined)
    throw new Refused(`There is no job ${which}${owner === undefined ? '' : ` of ${owner}`}, or you may not see it.`, {
      status: 404,
      code: 'job-not-found',
    });
  if (other !== undefined)
    throw new UsageError(
      `There are ${named.length} jobs ${which}: say which by --owner (${named.map((each) => ownerText(each.owner)).join(', ')}), or give the id.`,
    );
  return job;
};

/** Null where the server says that there is no such thing, or that it is not for us to see. */
export const unlessMissing = async <T>(answer: Promise<T>): Promise<T | null> =>
  answer.catch((error: unknown) => {
    if (error instanceof Refused && error.status === 404 && error.code !== 'not-runyard') return null;
    throw error;
  });

/** The word that names what the command is about. */
export const oneWord = ({ words }: Given, what: string): string => {
  const [word, another] = words;
  if (word === undefined) throw new UsageError(`Say which ${what}.`);
  if (another !== undefined) throw new UsageError(`One ${what} at a time: what is \`${another}\`?`);
  return word;
};

/** All jobs of that name that we may see. */
export const jobsNamed = async <T extends JobShape>(
  client: Client,
  name: string,
  owner: string | undefined,
): Promise<T[]> => {
  const found: T[] = [];
  for (let key: string | undefined; ; ) {
    const page = await client.get<{ jobs: T[]; next_key?: string }>('/jobs', {
      name,
      owner,
      page_size: 1000,
      next_key: key,
    });
    found.push(...page.jobs.filter((job) => job.name === name));
    if (page.next_key === undefined) return found;
    key = page.next_key;
  }
};
