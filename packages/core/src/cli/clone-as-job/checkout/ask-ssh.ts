import type { Git } from './ask-git.ts';

/** For git: the developer's own ssh, which is told to ask for no passphrase and about no host key, but to fail. */
export const sshThatAsksNobody = async (git: Git, root: string): Promise<Record<string, string>> => {
  const { env } = git;
  const own = env.GIT_SSH_COMMAND || (await git.askOr(root, ['config', 'core.sshCommand']))?.trim();
  // Another program than ssh has other options; without a terminal it can ask nobody either.
  const command = own || (env.GIT_SSH ? null : 'ssh');
  return command !== null && isSsh(command) ? { GIT_SSH_COMMAND: `${command} -o BatchMode=yes` } : {};
};

const isSsh = (command: string): boolean => /^(\S*\/)?ssh(\s|$)/.test(command.trim());
