import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { GitFailed } from './git.ts';

/** What helps against a failed fetch. */
export type Remedy = 'without-head' | 'as-sha256' | 'remove-locks' | 'make-anew';

export function remedyFor(error: unknown): Remedy | null {
  if (!(error instanceof GitFailed)) return null;
  return remedies.find(([, words]) => words.test(error.stderr))?.[0] ?? null;
}

const remedies: [Remedy, RegExp][] = [
  // An empty repository, or one whose HEAD names a branch that it does not have.
  ['without-head', /couldn't find remote ref HEAD/],
  ['as-sha256', /mismatched algorithms: client sha1; server sha256/],
  // git itself waited 2 s for it (workplace.ts). The data directory and this mirror are ours alone, so whoever made
  // the lock was killed.
  ['remove-locks', /Unable to create '.*\.lock': File exists/],
  // The machine went down before all of it was on the disk.
  [
    'make-anew',
    /not a git repository|bad object|corrupt|unable to (parse|read) |loose object .* is|missing (blob|tree|commit)/,
  ],
  ['make-anew', /bad config|reference broken|invalid sha1 pointer|unresolved deltas|unable to resolve reference/],
];

/** git holds a lock for an instant only: one that was not touched for so long is nobody's. */
export const oldLockMs = 10_000;

/** Removes the locks that gits of killed hosts have left: those last touched before `before`. */
export async function removeLocks(dir: string, before: number): Promise<void> {
  const places = [dir, join(dir, 'refs')];
  const listed = await Promise.all(
    places.map((place) => readdir(place, { recursive: place !== dir }).catch(() => [] as string[])),
  );
  const locks = listed.flatMap((names, at) =>
    names.filter((name) => name.endsWith('.lock')).map((name) => join(places[at]!, name)),
  );
  for (const lock of locks) {
    const touched = await stat(lock).then(
      ({ mtimeMs }) => mtimeMs,
      () => Number.POSITIVE_INFINITY,
    );
    if (touched < before) await rm(lock, { force: true });
  }
}
