import type { SourceSpec } from '../../domain/job/job.ts';
import { type AttemptFailed, infrastructureFailed, startFailed } from '../../domain/run/launch-errors.ts';
import type { Mirror } from './mirror.ts';

/** The failure that names the ref, and those nearest to it. */
export async function refNotFound(
  mirror: Mirror,
  { url, ref, refType }: SourceSpec,
  signal: AbortSignal,
): Promise<AttemptFailed> {
  const names = await refNames(mirror, signal);
  if (names.length === 0 && url.startsWith('http')) {
    // A page with status 200, of a proxy or for maintenance, looks just like that.
    const sentence = `The repository ${url} is empty, or what answered is no git server.`;
    return infrastructureFailed('source-unreachable', sentence);
  }
  if (ref === null) {
    return startFailed('ref-not-found', `The repository ${url} has no default branch; name one in the source's ref.`);
  }
  const kind = refType ?? 'branch, tag or single commit';
  const near = nearest(ref, names);
  const hint = near.length === 0 ? '' : ` The nearest are: ${near.join(', ')}.`;
  return startFailed('ref-not-found', `The repository ${url} has no ${kind} "${ref}".${hint}`);
}

async function refNames(mirror: Mirror, signal: AbortSignal): Promise<string[]> {
  const listed = await mirror.git(['for-each-ref', '--format=%(refname)', 'refs/heads', 'refs/tags'], signal);
  return [...new Set(listed.split('\n').map((name) => name.replace(/^refs\/(heads|tags)\//, '')))].filter(Boolean);
}

/** At most three names, the nearest first; none that is further away than half of the word. */
export function nearest(word: string, names: readonly string[]): string[] {
  return names
    .slice(0, 5000) // a person reads this, and no one waits for it
    .map((name) => ({ name, far: distance(word.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, far }) => far <= Math.max(2, word.length / 2) || name.includes(word))
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ name }) => name);
}

// Single-character edits from one to the other.
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(swap, above[j]! + 1, row[j - 1]! + 1));
    }
  }
  return row[b.length]!;
}
