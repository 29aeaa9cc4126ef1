import { type AttemptFailed, infrastructureFailed, startFailed } from '../../../domain/run/launch-errors.ts';

/** What it means for an attempt that a git somewhere ended with these words on its stderr, when it was to bring that commit. */
export function gitFailure(stderr: string, { url, commit }: { url: string; commit: string }): AttemptFailed {
  const words = gitWords(stderr);
  if (!saysUnknownCommit(stderr)) return failureByWords(words, url);
  return startFailed(
    'ref-not-found',
    `The repository ${url} has no commit ${commit}, or does not give it away. git says: ${words}`,
  );
}

/** Only what was plainly refused counts against the job; what we do not know is "could not ask". */
export function failureByWords(words: string, url: string, cause?: unknown): AttemptFailed {
  const says = words === '' ? '' : ` git says: ${words}`;
  if (transient.test(words) || !refused.test(words))
    return infrastructureFailed('source-unreachable', `The repository ${url} could not be reached.${says}`, cause);
  const sentence = `The repository ${url} does not exist, or refused the credential.${says}`;
  return startFailed('source-refused', sentence, cause);
}

/** The other side has no such commit, or does not give it away. */
export const saysUnknownCommit = (stderr: string): boolean =>
  /not our ref|couldn't find remote ref|unadvertised object|did not send all necessary objects/i.test(stderr);

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

/** The lines in which git, or ssh under it, says what is wrong; without its progress. */
export function gitWords(stderr: string): string {
  const lines = stderr.split(/[\r\n]+/).filter((line) => line.trim() !== '' && !/^\S.*:\s+\d+% \(/.test(line));
  return lines
    .filter((line) => !/^(From |POST |\s[ =*+!t-]\s|\s+at |hint:)/.test(line))
    .slice(-6)
    .join(' ')
    .slice(0, 1000);
}
