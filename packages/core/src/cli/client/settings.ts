import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Given, UsageError } from '../command.ts';
import { type ConfigFile, configPath, readConfig } from './config-file.ts';

/** Which server is asked, as whom, and how patiently. */
export interface Settings {
  /** Up to and with the base path, without a slash at its end: `https://host/ops/api`. */
  url: string;
  token: string;
  /** For how long a server that cannot be reached is asked again; undefined: as long as suits the command. */
  patienceMs: number | undefined;
}

export const clientOptions = {
  url: { type: 'string' },
  'token-file': { type: 'string' },
  patience: { type: 'string' },
} as const;

export const clientHelp = [
  "  --url URL          the server, with the routes' base path: https://host/ops/api; default: RUNYARD_URL",
  '  --token-file FILE  a file with the token; default: RUNYARD_TOKEN. Without both: what `runyard login` stored',
  '  --patience SECS    for how long a server that cannot be reached is asked again; default 5. One that is',
  '                     there and does not answer is given 30 s',
];

/** Throws `UsageError` for what is missing or wrong. Never says a token. */
export const readSettings = async ({ options, cwd, terminal }: Given): Promise<Settings> => {
  const named = textOf(options.url) ?? nonEmpty(terminal.env.RUNYARD_URL);
  const given = await givenToken(textOf(options['token-file']), cwd, terminal.env.RUNYARD_TOKEN);
  const config = named === undefined || given === undefined ? await readConfig(configPath(terminal)) : null;
  const url = named ?? config?.url;
  if (url === undefined)
    throw new UsageError('Say which server: `--url URL`, RUNYARD_URL, or once and for all `runyard login --url URL`.');
  const clean = cleanUrl(url);
  return { url: clean, token: given ?? storedToken(config, clean), patienceMs: patienceOf(options.patience) };
};

/** Refuses what is no address of a server. */
export const cleanUrl = (url: string): string => {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol))
    throw new UsageError(`The URL must be one of http or https, such as https://host/ops/api; received ${shown(url)}.`);
  if (parsed.username !== '' || parsed.password !== '')
    throw new UsageError('The URL has a user or password in it: give the token by --token-file or RUNYARD_TOKEN.');
  if (parsed.search !== '' || parsed.hash !== '')
    throw new UsageError(`The URL must end with the base path; received ${shown(url)}.`);
  return parsed.href.replace(/\/+$/, '');
};

/** The token that was given to this call; undefined where none was. */
export const givenToken = async (
  file: string | undefined,
  cwd: string,
  variable: string | undefined,
): Promise<string | undefined> => {
  if (file === undefined) return nonEmpty(variable?.trim());
  const text = await readFile(resolve(cwd, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`The token file ${file} cannot be read (${error.code}).`);
  });
  return oneToken(text, `The token file ${file}`);
};

/** The text as a token. `what` is named where it is none. */
export const oneToken = (text: string, what: string): string => {
  const token = text.trim();
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new UsageError(`${what} must hold one token and nothing else.`);
};

// A token is sent where it was stored for, and nowhere else.
const storedToken = (config: ConfigFile | null, url: string): string => {
  if (config?.token === undefined)
    throw new UsageError('Give a token: `--token-file FILE`, RUNYARD_TOKEN, or once and for all `runyard login`.');
  if (config.url === undefined || cleanUrl(config.url) !== url)
    throw new UsageError(
      `The stored token is for ${config.url ?? 'no server'}, and is not sent to ${url}: give one by --token-file or RUNYARD_TOKEN, or \`runyard login --url ${url}\`.`,
    );
  return oneToken(config.token, 'The stored configuration');
};

const patienceOf = (value: Given['options'][string]): number | undefined => {
  if (value === undefined) return undefined;
  const seconds = Number(value);
  if (typeof value === 'string' && value.trim() !== '' && seconds >= 0 && seconds <= 86_400) return seconds * 1_000;
  throw new UsageError(`\`--patience\` must be seconds, from 0 to 86400; received ${String(value)}.`);
};

// What was typed, without what may be a password in it.
const shown = (url: string): string => JSON.stringify(url.replace(/\/\/[^/@]*@/, '//***@').slice(0, 200));

const textOf = (value: Given['options'][string]): string | undefined => (typeof value === 'string' ? value : undefined);
const nonEmpty = (text: string | undefined): string | undefined => (text === '' ? undefined : text);
