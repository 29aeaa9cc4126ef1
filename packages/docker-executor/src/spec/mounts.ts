import { posix } from 'node:path';
import { inside } from '../inside.ts';
import type { Settings } from '../options.ts';
import { isPath, isWithin } from './paths.ts';
import { refuse } from './refuse.ts';
import type { Wishes } from './wishes.ts';

/** A mount as the engine's create body has it. */
export interface Mount {
  Type: 'bind' | 'volume';
  Source: string;
  Target: string;
  ReadOnly: boolean;
  BindOptions?: { NonRecursive: true };
}

type Wish = NonNullable<Wishes['mounts']>[number];

/** The mounts that a job wishes for; throws, with the field, at the first that the host's list does not allow its owner. */
export const mountsFor = ({ mounts = [] }: Wishes, owner: string, settings: Settings): Mount[] =>
  mounts.map((wish, i) => {
    const field = `executorOptions.mounts.${i}`;
    const { source, recursive, readOnly: onlyRead } = allowedFor(wish, field, owner, settings);
    const { target, readOnly: wished } = wish;
    if (!isFreeTarget(target))
      refuse(
        `${field}.target`,
        target,
        'a target is an absolute path without a / at its end, outside of /runyard, /proc, /sys and /dev.',
      );
    if (mounts.findIndex((other) => other.target === target) < i)
      refuse(`${field}.target`, target, 'another mount of the job has that target already.');
    const readOnly = wished ?? onlyRead;
    const Type = isPath(source) ? 'bind' : 'volume';
    return {
      ...{ Type, Source: source, Target: target, ReadOnly: readOnly },
      // What is mounted below the source would stay writable.
      ...(Type === 'bind' && readOnly && !recursive && { BindOptions: { NonRecursive: true } }),
    };
  });

// Several entries may be of one source, each for others.
const allowedFor = ({ source, readOnly }: Wish, field: string, owner: string, settings: Settings) => {
  const wished = isPath(source) ? source.replace(/(?<=.)\/+$/, '') : source;
  const listed = settings.mounts.filter((one) => one.name === source || one.source === wished);
  if (listed.length === 0) refuse(field, source, 'it is not among the `mounts` that the host lets jobs have.');
  const theirs = listed.filter(({ owners }) => owners?.includes(owner) ?? true);
  if (theirs.length === 0) {
    const owners = [...new Set(listed.flatMap((one) => one.owners ?? []))].join(', ') || 'nobody';
    refuse(field, source, `the host lets only jobs of ${owners} mount it, and this one is ${owner}'s.`);
  }
  const found = theirs.find((one) => readOnly !== false || !one.readOnly);
  return found ?? refuse(`${field}.readOnly`, 'false', `the host lets jobs only read ${source}.`);
};

const isFreeTarget = (target: string): boolean =>
  isPath(target) &&
  posix.normalize(target) === target &&
  !target.endsWith('/') &&
  ![inside.root, inside.files, '/proc', '/sys', '/dev'].some((taken) => isWithin(target, taken));
