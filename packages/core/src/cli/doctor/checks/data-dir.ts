import { access, constants, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Finding, ok, warning, wrong } from '../finding.ts';

/** The directory may be used by its host, and by no one else; and it knows which one it is. */
export const checkDataDir = async (dir: string): Promise<Finding[]> => [
  await checkWritable(dir),
  ...(await checkMode(dir)),
  ...(await checkPlace(dir)),
];

const checkWritable = (dir: string): Promise<Finding> =>
  access(dir, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => ok('data directory', `${dir} can be read and written by this user.`),
    (error: { code?: string }) =>
      wrong(
        'data directory',
        error.code === 'EROFS' ? `${dir} is on a read-only file system.` : `${dir} may not be written by this user.`,
        "Make it writable for the host's user, or call this as that user.",
      ),
  );

const checkMode = async (dir: string): Promise<Finding[]> => {
  if (process.platform === 'win32') return [];
  const mode = (await stat(dir)).mode & 0o777;
  if ((mode & 0o077) === 0) return [ok('mode', `${mode.toString(8).padStart(4, '0')}: for its owner alone.`)];
  return [
    warning(
      'mode',
      `${dir} has mode 0${mode.toString(8)}: others may read what jobs print and hold.`,
      `chmod 700 ${dir}`,
    ),
  ];
};

const checkPlace = async (dir: string): Promise<Finding[]> => {
  const file = join(dir, 'place');
  const place = await readFile(file, 'utf8').catch(() => null);
  if (place !== null && /^[0-9a-f]{32}$/.test(place.trim())) return [ok('place', `${place.trim()}.`)];
  if (place === null)
    return [
      warning(
        'place',
        `There is no ${file} yet.`,
        'The first host makes it. Where one has run here, put it back from a backup.',
      ),
    ];
  return [
    wrong(
      'place',
      `${file} does not hold the directory's id (32 hex digits).`,
      'Put back what it held, or remove it when no job of this directory runs any more.',
    ),
  ];
};
