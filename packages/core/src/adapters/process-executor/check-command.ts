import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { Finding } from '../../domain/job/finding.ts';
import { firstWordOf } from '../../domain/job/first-word.ts';
import type { ExecutorInput } from '../../ports/executor.ts';

/** Whether the program that a command begins with is on this host. A file of the workspace is for the sources to know; what packages or a start script may bring is not known. */
export const checkCommand = async (
  { command, env, startScript, extraPackages }: ExecutorInput,
  passed: Readonly<Record<string, string>>,
): Promise<Finding[]> => {
  const word = firstWordOf(command);
  if (word === null || word.startsWith('~') || startScript !== null || extraPackages !== null) return [];
  if (word.includes('/') && !isAbsolute(word)) return [];
  const path = env.PATH ?? passed.PATH ?? '/usr/local/bin:/usr/bin:/bin';
  const files = isAbsolute(word) ? [word] : path.split(':').map((folder) => join(folder || '.', word));
  for (const file of files) if (await isProgram(file)) return [];
  const where = isAbsolute(word) ? 'not a program on this host' : `not on this host's PATH (${path})`;
  return [
    {
      code: 'command-missing',
      severity: 'error',
      sentence: `The command begins with '${word}', which is ${where}: install it, or use an image that has it (@runyard/docker-executor).`,
      field: 'command',
    },
  ];
};

const isProgram = async (file: string): Promise<boolean> => {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
};
