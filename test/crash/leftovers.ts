import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { attemptsIn } from '../setup/left-behind.ts';

/** What is left of attempts: processes that carry our mark and belong to the folder, and folders in these data directories. */
export const leftOfAttempts = (folder: string, dataDirs: readonly string[]): string[] => [
  ...attemptsIn(folder).map(({ pid, command }) => `process ${pid}: ${command}`),
  ...dataDirs.flatMap((dataDir) =>
    entriesOf(join(dataDir, 'attempts')).flatMap((installation) =>
      entriesOf(join(dataDir, 'attempts', installation)).map(
        (name) => `folder ${join(dataDir, 'attempts', installation, name)}`,
      ),
    ),
  ),
];

const entriesOf = (path: string): string[] => {
  try {
    return readdirSync(path);
  } catch {
    return []; // not there, or a file
  }
};
