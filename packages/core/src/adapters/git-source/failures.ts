import { type AttemptFailed, infrastructureFailed, startFailed } from '../../domain/run/launch-errors.ts';
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
  if (error instanceof GitFailed && !transient.test(words) && refused.test(words)) {
    const sentence = `The repository ${url} does not exist, or refused the credential.${says}`;
    return startFailed('source-refused', sentence, error);
  }
  return infrastructureFailed('source-unreachable', `The repository ${url} could not be reached.${says}`, error);
}

/** The other side has no such commit, or does not give it away. */
export const isUnknownCommit = (error: unknown): boolean =>
  error instanceof GitFailed &&
  /not our ref|couldn't find remote ref|unadvertised object|did not send all necessary objects/i.test(error.stderr);

// Looked at first: git adds "make sure you have the correct access rights and the repository exists" to broken lines too.
const transient = new RegExp(
  [
    'could not resolve host',
    'temporary failure in name resolution',
    'failed to connect|couldn.t connect|connection (refused|timed out|reset)|operation timed out|timed out|timeout',
    'no route to host|network is unreachable',
    'returned error: (408|429|5\\d\\d)|HTTP (429|5\\d\\d)',
    'recv failure|send failure|early EOF|unexpected disconnect|empty reply from server|kex_exchange_identification',
    'connection closed by (?!.*authenticating)',
  ].join('|'),
  'i',
);

const refused = new RegExp(
  [
    'authentication failed|could not read (username|password)|permission denied|access denied|not authorized',
    'returned error: (401|403|404|410)',
    'host key verification failed|no .* host key is known',
    'repository .*not found|not found|does not appear to be a git repository|does not exist',
    'error in libcrypto|invalid format|bad permissions', // the key itself
  ].join('|'),
  'i',
);

function isFull(error: unknown, words: string): boolean {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT' || /no space left on device|disk quota exceeded/i.test(words);
}

// The lines in which git, or ssh under it, says what is wrong; without its progress.
function wordsOf(error: unknown): string {
  if (!(error instanceof GitFailed)) return error instanceof Error ? error.message : String(error);
  const lines = error.stderr.split(/[\r\n]+/).filter((line) => line.trim() !== '' && !/^\S.*:\s+\d+% \(/.test(line));
  return lines
    .filter((line) => !/^(From |POST |\s[ =*+!t-]\s|\s+at |hint:)/.test(line))
    .slice(-6)
    .join(' ')
    .slice(0, 1000);
}
