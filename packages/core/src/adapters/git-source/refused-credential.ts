import type { SourceSpec } from '../../domain/job/job.ts';
import { isAttemptFailed, startFailed } from '../../domain/run/launch-errors.ts';
import type { GitCredential } from '../../ports/source.ts';
import { saysHostKey } from '../shared/git/failure-by-words.ts';

/** Does work with a source's credential; where the server refuses it, the sentence says which one it was, and what to do. */
export async function namingCredential<T>(
  { credential: name }: Pick<SourceSpec, 'credential'>,
  credential: GitCredential | null,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const sentence = isAttemptFailed(error) && isRefused(error.outcome) ? error.outcome.sentence : null;
    // A host key is no matter of the credential, and its own sentence says what to do.
    if (sentence == null || saysHostKey(sentence)) throw error;
    const ended = /[.!?]$/.test(sentence) ? sentence : `${sentence}.`; // git's own words often have no end
    throw startFailed('source-refused', `${ended} ${remedy(name, credential)}`, error);
  }
}

const isRefused = (outcome: object): boolean => 'reason' in outcome && outcome.reason === 'source-refused';

function remedy(name: string | null, credential: GitCredential | null): string {
  if (name === null || credential === null)
    return 'No credential was used (a submodule gets that of its parent on the same server only): where the repository is not public, make a git credential, and name it in `credential` of the source.';
  if (credential.kind === 'https')
    return `The credential '${name}' was used: its token may have been revoked, have expired, or not be for this repository. Make a new one at the git host, and give it to the credential.`;
  return `The credential '${name}' was used: its public key has to be among the deploy keys of the repository; the credential shows it.`;
}
