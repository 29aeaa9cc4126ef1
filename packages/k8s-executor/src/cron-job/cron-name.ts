import { createHash } from 'node:crypto';
import { RunyardError } from '@runyard/core';
import { isDnsLabel } from '../spec/names.ts';

/** Its Jobs have eleven characters more, and each pod of several a rank behind that. */
export const cronJobName = (job: { name: string; owner: string; scale: number }, given: string | undefined): string => {
  const most = 52 - (job.scale > 1 ? String(job.scale - 1).length + 1 : 0);
  if (given === undefined) return nameFrom(job, most);
  if (isDnsLabel(given) && /^[a-z]/.test(given) && given.length <= most) return given;
  throw new RunyardError(
    'invalid-option',
    `\`cronJobName\` is '${given}', which cannot name it: expected at most ${most} lower case letters, digits and '-', beginning with a letter.`,
    { field: 'cronJobName', expected: `a name of at most ${most} characters`, received: given },
  );
};

/** Of what is made beside a CronJob: no Secret or Service that somebody else has made under the job's name is overwritten. A host name, so 63 at most. */
export const cronDependents = (cronJob: string): string => {
  const name = `runyard-cron-${cronJob}`;
  return name.length <= 63 ? name : `${name.slice(0, 54)}-${shortHash(cronJob)}`;
};

// Where a name has to be changed, its hash keeps it apart from others that would be changed into the same.
const nameFrom = ({ name, owner }: { name: string; owner: string }, most: number): string => {
  if (isDnsLabel(name) && /^[a-z]/.test(name) && name.length <= most) return name;
  const hash = shortHash(`${owner}\0${name}`);
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, most - 9)
    .replace(/-+$/, '');
  return plain === '' ? `job-${hash}` : `${plain}-${hash}`;
};

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);
