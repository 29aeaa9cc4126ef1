import type { SourceSpec } from '../../domain/job/job.ts';
import { isFullCommit, isHex } from './check-ref.ts';
import { GitFailed } from './git.ts';
import type { Mirror } from './mirror.ts';

type Wanted = Pick<SourceSpec, 'ref' | 'refType'>;

/** What the ref means in the mirror as it is: a branch, else a tag, else a commit. null: nothing. */
export async function findCommit(
  mirror: Mirror,
  { ref, refType }: Wanted,
  signal: AbortSignal,
): Promise<string | null> {
  if (ref === null) return peel(mirror, 'refs/runyard/HEAD', signal);
  if (refType === 'commit' || isFullCommit(ref)) return findByHash(mirror, ref, signal);
  const named = await findByName(mirror, { ref, refType }, signal);
  if (named !== null || refType !== null || !isHex(ref)) return named;
  return findByHash(mirror, ref, signal);
}

/** What a ref that was found is: a branch moves, a tag and a commit do not. */
export async function refTypeOf(
  mirror: Mirror,
  { ref, refType }: Wanted,
  signal: AbortSignal,
): Promise<'branch' | 'tag' | 'commit'> {
  if (refType !== null) return refType;
  if (ref === null) return 'branch';
  if (isFullCommit(ref)) return 'commit';
  const named = async (name: string): Promise<boolean> => (await mirror.git(['for-each-ref', name], signal)) !== '';
  if (await named(`refs/heads/${ref}`)) return 'branch';
  return (await named(`refs/tags/${ref}`)) ? 'tag' : 'commit';
}

/** The full hash of the commit that `name` is or leads to; null: there is none. */
export async function peel(mirror: Mirror, name: string, signal: AbortSignal): Promise<string | null> {
  try {
    return (await mirror.git(['rev-parse', '--verify', `${name}^{commit}`], signal)).trim();
  } catch (error) {
    if (error instanceof GitFailed && error.exitCode === 128) return null;
    throw error;
  }
}

async function findByName(mirror: Mirror, { ref, refType }: Wanted, signal: AbortSignal): Promise<string | null> {
  const names = [
    ...(refType === 'tag' ? [] : [`refs/heads/${ref}`]),
    ...(refType === 'branch' ? [] : [`refs/tags/${ref}`]),
  ];
  // A pattern without wildcards is a whole name, or a folder of names; the latter is not asked for.
  const printed = await mirror.git(
    ['for-each-ref', '--format=%(refname)%00%(objecttype)%00%(objectname)', ...names],
    signal,
  );
  const found = new Map(printed.split('\n').map((line) => [line.split('\0')[0], line.split('\0')]));
  const [name, type, hash] = names.map((each) => found.get(each)).find((each) => each !== undefined) ?? [];
  if (name === undefined || hash === undefined) return null;
  return type === 'commit' ? hash : peel(mirror, name, signal);
}

// Not by rev-parse alone, for which a branch that is named like a hash comes first.
async function findByHash(mirror: Mirror, hash: string, signal: AbortSignal): Promise<string | null> {
  if (isFullCommit(hash)) return peel(mirror, hash, signal);
  const objects = (await mirror.git(['rev-parse', `--disambiguate=${hash}`], signal)).split('\n').filter(Boolean);
  const commits = new Set<string>();
  for (const object of objects.slice(0, 50)) {
    const commit = await peel(mirror, object, signal);
    if (commit?.startsWith(hash.toLowerCase())) commits.add(commit);
  }
  return commits.size === 1 ? [...commits][0]! : null;
}
