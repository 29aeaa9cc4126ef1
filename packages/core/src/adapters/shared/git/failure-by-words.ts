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
  const sentence = hostKeySentence(words, url) ?? `The repository ${url} does not exist, or refused the credential.`;
  return startFailed('source-refused', `${sentence}${says}`, cause);
}

/** The server itself was not believed, whatever its repository would have said. */
export const saysHostKey = (words: string): boolean =>
  /host key verification failed|host key is known for/i.test(words);

function hostKeySentence(words: string, url: string): string | null {
  if (!saysHostKey(words)) return null;
  if (/has changed|identification has changed|revoked/i.test(words))
    return `The server of ${url} showed another host key than the one that is pinned: somebody may be in between, or its owner has replaced it. ${compare}`;
  return `The host key of the server of ${url} is not known, and none is believed at first sight. ${compare}`;
}

const compare =
  'Compare the host keys that a scan shows (`gitCredentials.scanHost`, `POST /git_credentials/scan_host`) with what the owner of the server publishes; if they are the same, put its lines into `knownHosts` of the credential.';

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
