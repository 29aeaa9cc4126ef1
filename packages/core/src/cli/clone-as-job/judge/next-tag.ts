import type { Checkout } from '../checkout/read-checkout.ts';

/** A tag that is free here and on the remote: the version behind the newest one; v1.0.0 where there is none. */
export const nextTag = ({ allTags, remote }: Pick<Checkout, 'allTags' | 'remote'>): string => {
  const there = remote === null || typeof remote.refs === 'string' ? [] : [...remote.refs.tags.keys()];
  const [newest] = [...allTags, ...there].flatMap(versionOf).sort(newestFirst);
  if (newest === undefined) return 'v1.0.0';
  const [major, minor, patch] = newest.numbers;
  return `${newest.prefix}${major}.${minor}.${patch + 1}`;
};

interface Version {
  prefix: string;
  numbers: readonly [major: number, minor: number, patch: number];
}

const versionOf = (tag: string): Version[] => {
  const [, prefix = '', major, minor, patch] = /^(v?)(\d{1,9})\.(\d{1,9})\.(\d{1,9})$/.exec(tag) ?? [];
  return major === undefined ? [] : [{ prefix, numbers: [Number(major), Number(minor), Number(patch)] }];
};

const newestFirst = ({ numbers: [a, b, c] }: Version, { numbers: [d, e, f] }: Version): number =>
  d - a || e - b || f - c;
