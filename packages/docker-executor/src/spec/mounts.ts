import { posix } from 'node:path';
import { RunyardError } from '@runyard/core';
import { inside } from '../inside.ts';
import type { Settings } from '../options.ts';
import { refuse } from './refuse.ts';
import type { Wishes } from './wishes.ts';

/** A mount as the engine's create body has it. */
export interface Mount {
  Type: 'bind' | 'volume';
  Source: string;
  Target: string;
  ReadOnly: boolean;
}

/** The mounts that a job wishes for; throws, with the field, at the first that the host's list does not allow its owner. */
export const mountsFor = ({ mounts = [] }: Wishes, owner: string, settings: Settings): Mount[] =>
  mounts.map(({ source, target, readOnly }, i) => {
    const field = `executorOptions.mounts.${i}`;
    const allowed = settings.mounts.find((one) => (one.name ?? one.source) === source || one.source === source);
    if (!allowed) return refuse(field, source, 'it is not among the `mounts` that the host lets jobs have.');
    if (allowed.owners && !allowed.owners.includes(owner))
      return refuse(
        field,
        source,
        `the host lets only jobs of ${allowed.owners.join(', ') || 'nobody'} mount it, and this one is ${owner}'s.`,
      );
    if (allowed.readOnly && readOnly === false)
      return refuse(`${field}.readOnly`, 'false', `the host lets jobs only read ${source}.`);
    if (!isFreeTarget(target))
      return refuse(
        `${field}.target`,
        target,
        'a target is an absolute path, outside of /runyard, /proc, /sys and /dev.',
      );
    return {
      Type: isPath(allowed.source) ? 'bind' : 'volume',
      Source: allowed.source,
      Target: target,
      ReadOnly: readOnly ?? allowed.readOnly,
    };
  });

/** Throws where the host lets everybody have the engine itself, which would be every right on its machine. */
export const refuseOpenSocket = (settings: Settings): void => {
  for (const [i, { source, owners }] of settings.mounts.entries())
    if (owners === undefined && isPath(source) && sockets.some((socket) => isWithin(socket, posix.normalize(source))))
      throw new RunyardError(
        'invalid-option',
        `dockerExecutor: through \`mounts.${i}\` (${source}) jobs reach the Docker socket, and with it every right on its machine. Say in \`owners\` whose jobs may.`,
        { field: `mounts.${i}.owners`, expected: 'a list of owners', received: 'nothing' },
      );
};

const sockets = [
  '/var/run/docker.sock',
  '/run/docker.sock',
  '/run/containerd/containerd.sock',
  '/var/run/containerd/containerd.sock',
];

const isPath = (source: string): boolean => source.startsWith('/');

// `path` is `folder` or lies in it.
const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);

const isFreeTarget = (target: string): boolean =>
  isPath(target) &&
  posix.normalize(target) === target &&
  target !== '/' &&
  ![inside.root, '/proc', '/sys', '/dev'].some((taken) => isWithin(target, taken));
