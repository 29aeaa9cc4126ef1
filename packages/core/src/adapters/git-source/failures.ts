import { type AttemptFailed, infrastructureFailed } from '../../domain/run/launch-errors.ts';
import { failureByWords, gitWords, saysUnknownCommit } from '../shared/git/failure-by-words.ts';
import { GitFailed, GitSilent } from './git.ts';

/**
 * What a failure of git means for the attempt. Only what the other side, or the source itself, plainly refused counts
 * against the job; whatever we do not know is "could not ask".
 */
export function launchFailure(error: unknown, url: string): AttemptFailed {
  const words = wordsOf(error);
  const says = words === '' ? '' : ` git says: ${words}`;
  if (isFull(error, words)) {
    return infrastructureFailed('data-dir-unusable', `The disk of the data directory is full.${says}`, error);
  }
  if (/spawn git ENOENT/.test(words)) {
    return infrastructureFailed('source-unreachable', 'git was not found on this host; install it.', error);
  }
  if (error instanceof GitSilent) {
    return infrastructureFailed('source-unreachable', `The repository ${url} stopped answering.`, error);
  }
  if (error instanceof GitFailed) return failureByWords(words, url, error);
  return infrastructureFailed('source-unreachable', `The repository ${url} could not be reached.${says}`, error);
}

/** The other side has no such commit, or does not give it away. */
export const isUnknownCommit = (error: unknown): boolean =>
  error instanceof GitFailed && saysUnknownCommit(error.stderr);

function isFull(error: unknown, words: string): boolean {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT' || /no space left on device|disk quota exceeded/i.test(words);
}

const wordsOf = (error: unknown): string =>
  error instanceof GitFailed ? gitWords(error.stderr) : error instanceof Error ? error.message : String(error);
