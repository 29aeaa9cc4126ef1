import type { GitRefused } from '../checkout/ask-git.ts';
import { type Finding, finding } from '../finding.ts';

export const notARepository = (cwd: string): Finding =>
  finding('not-a-repository', `${cwd} is in no git repository.`, {
    todo: 'git init, commit, and push to where a job can fetch it',
  });

/** In git's own words: there may well be a repository. */
export const gitRefused = ({ message }: GitRefused): Finding => {
  const [, folder] = /safe\.directory (.+)$/m.exec(message) ?? [];
  return folder === undefined
    ? finding('git-refused', `git cannot say what is in this checkout: ${message.replaceAll('\n', ' ')}`, {
        todo: 'see that `git status` works here',
      })
    : finding(
        'git-refused',
        `git does not read this checkout, as it belongs to somebody else: ${message.split('\n', 1)[0]}`,
        {
          todo: `git config --global --add safe.directory ${folder}, if you trust what is in it`,
        },
      );
};
