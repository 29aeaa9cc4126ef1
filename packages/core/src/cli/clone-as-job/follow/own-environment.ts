import { dirname, join, resolve, sep } from 'node:path';
import { whatIs } from './locate.ts';

/** A folder of installed packages and their programs, which no job has: each machine makes its own. */
export interface OwnEnvironment {
  kind: 'python' | 'node';
  /** Absolute. */
  folder: string;
}

/** The environment that a program lies in, or that a script switches on; null: in none. */
export const environmentOf = async (path: string): Promise<OwnEnvironment | null> => {
  const bins = `${sep}node_modules${sep}.bin${sep}`;
  const at = path.indexOf(bins);
  if (at !== -1) return { kind: 'node', folder: path.slice(0, at + bins.length - 1) };
  // Not where its links lead: the Python of a virtualenv is that of the machine.
  const folder = resolve(dirname(path), '..');
  for (const sign of ['pyvenv.cfg', 'conda-meta', join('bin', 'activate')])
    if ((await whatIs(join(folder, sign))) !== null) return { kind: 'python', folder };
  return null;
};
