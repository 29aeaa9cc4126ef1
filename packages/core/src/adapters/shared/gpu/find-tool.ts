import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/** Where a tool lies, by a PATH of which only whole folders count; null: nowhere. */
export const findTool = async (command: string, path: string): Promise<string | null> => {
  for (const folder of path.split(delimiter)) {
    const file = join(folder, command);
    if (isAbsolute(folder) && (await isThere(file, constants.X_OK))) return file;
  }
  return null;
};

/** Whether a file is there for us, to be used so. What cannot be looked at is not. */
export const isThere = (file: string, mode: number = constants.F_OK): Promise<boolean> =>
  access(file, mode).then(
    () => true,
    () => false,
  );
