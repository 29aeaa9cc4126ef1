import { parseGitUrl } from '../../../adapters/shared/git/git-url.ts';
import { type Git, GitRefused } from './ask-git.ts';

/** Whether a job that names no credential would be refused by that remote; null: it is not known. */
export const needsCredential = async (
  git: Git,
  url: string,
  { ask, timeoutMs }: { ask: boolean; timeoutMs: number },
): Promise<boolean | null> => {
  const scheme = parseGitUrl(url)?.scheme;
  if (scheme === 'ssh') return true;
  if (!ask || (scheme !== 'http' && scheme !== 'https')) return null;
  try {
    // From outside of the checkout, as somebody whom no helper, no program and no header of its settings knows.
    await git.ask('/', ['-c', 'credential.helper=', 'ls-remote', '--heads', url], {
      timeoutMs,
      env: { GIT_ASKPASS: '' },
    });
    return false;
  } catch (error) {
    if (!(error instanceof GitRefused)) throw error;
    return /could not read (Username|Password)|Authentication failed/i.test(error.message) ? true : null;
  }
};
