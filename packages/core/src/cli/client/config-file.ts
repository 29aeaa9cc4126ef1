import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { RunyardError } from '../../domain/errors.ts';
import { UsageError } from '../command.ts';
import type { Terminal } from '../terminal.ts';

/** What `runyard login` leaves behind. */
export interface ConfigFile {
  url?: string;
  token?: string;
}

/** `~/.config/runyard/config.json`, or where XDG_CONFIG_HOME says. */
export const configPath = ({ env }: Pick<Terminal, 'env'>): string => {
  const xdg = env.XDG_CONFIG_HOME;
  const base = xdg !== undefined && isAbsolute(xdg) ? xdg : join(env.HOME || homedir(), '.config');
  return join(base, 'runyard', 'config.json');
};

/** Null where there is none. A file that others may read or write is refused: it holds a token, and says where it is sent. */
export const readConfig = async (path: string): Promise<ConfigFile | null> => {
  const file = await open(path, constants.O_RDONLY).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw new UsageError(`${path} cannot be read (${error.code}).`);
  });
  if (file === null) return null;
  try {
    const { mode, uid } = await file.stat();
    if ((mode & 0o077) !== 0)
      throw new RunyardError(
        'forbidden',
        `${path} has mode ${(mode & 0o777).toString(8).padStart(4, '0')}, so that others may read the token in it: \`chmod 600 ${path}\`, and make a new token if they did.`,
      );
    if (process.getuid !== undefined && uid !== process.getuid())
      throw new RunyardError('forbidden', `${path} belongs to user ${uid}, who could change where the token is sent.`);
    return parsed(await file.readFile('utf8'), path);
  } finally {
    await file.close();
  }
};

/** Whole or not at all, and 0600 from its first byte on. */
export const writeConfig = async (path: string, config: ConfigFile): Promise<void> => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
};

const parsed = (text: string, path: string): ConfigFile => {
  const wrong = (): UsageError =>
    new UsageError(`${path} must be JSON such as {"url": "https://…/api", "token": "…"}.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong(); // not with what was found there: it may be the token
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong();
  const { url, token } = value as Record<string, unknown>;
  if ((url !== undefined && typeof url !== 'string') || (token !== undefined && typeof token !== 'string'))
    throw wrong();
  return { ...(url !== undefined && { url }), ...(token !== undefined && { token }) };
};
