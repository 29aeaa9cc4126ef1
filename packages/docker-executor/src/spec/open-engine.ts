import { RunyardError, startFailed } from '@runyard/core';
import type { Settings } from '../options.ts';
import { isPath, isWithin } from './paths.ts';

/** What is known of where the engine can be reached, and where it keeps everything. */
export interface EnginePaths {
  /** The socket at which we ask it; null: it is asked over a network. */
  socket: string | null;
}

/** Throws where the host lets everybody have the engine itself, which would be every right on its machine. */
export const refuseOpenEngine = (settings: Pick<Settings, 'mounts'>, { socket }: EnginePaths): void => {
  for (const [i, { source, owners }] of settings.mounts.entries())
    if (
      owners === undefined &&
      isPath(source) &&
      [...sockets, ...(socket === null ? [] : [socket])].some((path) => reaches(source, path))
    )
      throw new RunyardError(
        'invalid-option',
        `dockerExecutor: through \`mounts.${i}\` (${source}) jobs reach the Docker socket, and with it every right on its machine. Say in \`owners\` whose jobs may.`,
        { field: `mounts.${i}.owners`, expected: 'a list of owners', received: 'nothing' },
      );
};

/** Ends an attempt that would get the engine's own files, of all attempts and images, by a mount that the host gives to everybody. */
export const refuseEngineFiles = (
  used: readonly { Source: string }[],
  settings: Pick<Settings, 'mounts'>,
  root: string | undefined,
): void => {
  if (root === undefined || root === '') return;
  for (const { Source } of used) {
    const open = settings.mounts.some(({ source, owners }) => source === Source && owners === undefined);
    if (open && isPath(Source) && (isWithin(root, Source) || isWithin(Source, root)))
      throw startFailed(
        'not-allowed',
        `Through the mount ${Source} it would reach the files of the Docker engine (${root}), and with them those of all jobs. The host has to say in \`owners\` of \`mounts\` whose jobs may.`,
      );
  }
};

// `*`: any one name.
const sockets = ['/run', '/var/run'].flatMap((run) =>
  [
    'docker.sock',
    'containerd/containerd.sock',
    'podman/podman.sock',
    'user/*/docker.sock',
    'user/*/podman/podman.sock',
  ].map((path) => `${run}/${path}`),
);

// Whether who has the folder has what is at the path.
const reaches = (folder: string, path: string): boolean => {
  const names = path.split('/');
  const wanted = folder === '/' ? [''] : folder.split('/');
  return wanted.length <= names.length && wanted.every((name, i) => names[i] === '*' || names[i] === name);
};
