import { rename, rm } from 'node:fs/promises';
import type { Clock } from '../../ports/clock.ts';
import type { Entropy } from '../../ports/entropy.ts';
import type { GitCredential } from '../../ports/source.ts';
import { allowedProtocols } from '../shared/git/git-url.ts';
import { withAccess } from './auth.ts';
import { exists } from './exists.ts';
import { git } from './git.ts';
import { networkGit } from './network-git.ts';
import { type Remedy, remedyFor, removeLocks } from './repair.ts';
import type { Workplace } from './workplace.ts';

export interface MirrorPlace {
  url: string;
  dir: string;
  workplace: Workplace;
  entropy: Entropy;
  clock: Clock;
  silenceMs: number;
}

export interface Asking {
  credential: GitCredential | null;
  signal: AbortSignal;
}

/** Brings a mirror up to date, making it if need be, and helps itself once against each fault that it knows. */
export async function updateMirror(place: MirrorPlace, asking: Asking): Promise<void> {
  const tried = new Set<Remedy>();
  for (;;) {
    try {
      const refspecs = tried.has('without-head') ? everything : [...everything, head];
      if (await exists(place.dir)) return await fetchInto(place.dir, { place, refspecs }, asking);
      return await make({ place, refspecs, format: tried.has('as-sha256') ? 'sha256' : 'sha1' }, asking);
    } catch (error) {
      const remedy = asking.signal.aborted ? null : remedyFor(error);
      if (remedy === null || tried.has(remedy)) throw error;
      tried.add(remedy);
      await remedies[remedy](place, asking.signal);
    }
  }
}

/** Fetches one commit by its hash into a mirror that is there. */
export async function fetchOneCommit(place: MirrorPlace, commit: string, asking: Asking): Promise<void> {
  await fetchInto(place.dir, { place, refspecs: [`+${commit}:refs/runyard/commits/${commit}`] }, asking);
}

const everything = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
const head = '+HEAD:refs/runyard/HEAD';

const remedies: Record<Remedy, (place: MirrorPlace, signal: AbortSignal) => Promise<unknown>> = {
  'without-head': async ({ dir, workplace }, signal) => {
    if (!(await exists(dir))) return;
    const env = { ...workplace.env, GIT_DIR: dir };
    await git(['update-ref', '-d', 'refs/runyard/HEAD'], { env, cwd: dir, signal });
  },
  'as-sha256': async () => {},
  'remove-locks': ({ dir }) => removeLocks(dir, Number.POSITIVE_INFINITY),
  'make-anew': async ({ dir, entropy }) => {
    const away = `${dir}.${entropy.id()}`;
    await rename(dir, away).catch(() => {});
    await remove(away);
  },
};

// A mirror gets its name only when it is whole: a host that is killed meanwhile leaves a folder that no one takes for
// one, and that openWorkplace removes.
async function make(
  { place, refspecs, format }: { place: MirrorPlace; refspecs: readonly string[]; format: 'sha1' | 'sha256' },
  asking: Asking,
): Promise<void> {
  const { dir, entropy, workplace } = place;
  const unfinished = `${dir}.${entropy.id()}`;
  try {
    const init = ['init', '--bare', `--object-format=${format}`, unfinished];
    await git(init, { env: workplace.env, cwd: workplace.root, signal: asking.signal });
    await fetchInto(unfinished, { place, refspecs }, asking);
    await rename(unfinished, dir);
  } finally {
    await remove(unfinished);
  }
}

// `--update-shallow` takes over the edge of a repository that is itself shallow, as checkouts of CI systems are.
const fetchCommand = [
  'fetch',
  '--prune',
  '--force',
  '--no-tags',
  '--no-write-fetch-head',
  '--update-shallow',
  '--progress',
];

async function fetchInto(
  dir: string,
  { place, refspecs }: { place: MirrorPlace; refspecs: readonly string[] },
  { credential, signal }: Asking,
): Promise<void> {
  const { url, workplace, silenceMs, clock } = place;
  await withAccess(url, { credential, workplace }, async (access) => {
    // GIT_DIR, since git would otherwise look for a repository above a folder that is none.
    const env = { ...workplace.env, ...access.env, GIT_DIR: dir, GIT_ALLOW_PROTOCOL: allowedProtocols(url) };
    const args = [...fetchCommand, '--', url, ...refspecs];
    await networkGit(args, { env, config: access.config, cwd: dir, signal, silenceMs, clock });
  });
}

// A git that was just ended may have a child that still writes.
const remove = (dir: string): Promise<void> => rm(dir, { recursive: true, force: true, maxRetries: 5 });
