import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** git said no, or is not there. */
export class GitRefused extends Error {}

/** What git prints. It is the developer's own git, with its settings and credentials; it asks nobody and changes nothing. */
export const askGit = async (
  cwd: string,
  args: readonly string[],
  { timeoutMs = 60_000 }: { timeoutMs?: number } = {},
): Promise<string> => {
  try {
    const { stdout } = await run('git', [...args], { cwd, env: environment(), timeout: timeoutMs, maxBuffer: 2 ** 28 });
    return stdout;
  } catch (error) {
    const { code, killed, stderr } = error as { code?: unknown; killed?: boolean; stderr?: string };
    if (code === 'ENOENT') throw new GitRefused('git is not installed.');
    if (killed === true) throw new GitRefused('git did not answer in time.');
    throw new GitRefused(withoutCredentials(stderr?.trim() || (error as Error).message));
  }
};

/** As above; null where git says no. */
export const askGitOr = async (cwd: string, args: readonly string[]): Promise<string | null> =>
  askGit(cwd, args).catch((error: unknown) => {
    if (error instanceof GitRefused) return null;
    throw error;
  });

/** A sentence of git may name a URL with what is secret in it. */
export const withoutCredentials = (text: string): string => text.replace(/\/\/[^/@\s]*@/g, '//***@');

// In a hook these name one repository, whatever the folder.
const ofOneRepository = /^GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|COMMON_DIR|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE)$/;

const environment = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofOneRepository.test(name))),
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
});
