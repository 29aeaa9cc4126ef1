import { createClient } from '../client/client.ts';
import { configPath, readConfig, writeConfig } from '../client/config-file.ts';
import { addressHint, Refused } from '../client/errors.ts';
import { optionText } from '../client/options.ts';
import { cleanUrl, givenToken, oneToken } from '../client/settings.ts';
import { type Command, type Given, UsageError } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';

export const loginCommand: Command = {
  usage: 'runyard login --url URL [--token-file FILE] [--json]',
  help: [
    'Stores address and token in ~/.config/runyard/config.json (mode 0600; below XDG_CONFIG_HOME where that is set), after the',
    'server has taken the token. The token comes from --token-file, from RUNYARD_TOKEN or from stdin; on a terminal it is',
    'asked for, and not shown:',
    '',
    '    runyard login --url https://host/ops/api < token.txt',
    '',
    "  --url URL          the server, with the routes' base path",
    '  --token-file FILE  a file with the token',
    '',
    'Exit codes: 0 stored; 64 wrongly called; 69 the server cannot be reached; 77 it does not take the token.',
  ],
  options: { url: { type: 'string' }, 'token-file': { type: 'string' } },
  async run(given) {
    if (given.words.length > 0)
      throw new UsageError(`What is \`${given.words[0]}\`? The token is not given as a word.`);
    const { terminal } = given;
    const named = optionText(given, 'url') ?? terminal.env.RUNYARD_URL;
    if (named === undefined || named === '') throw new UsageError('Say which server: `--url URL`.');
    const url = cleanUrl(named);
    const token = await tokenOf(given, url);
    await tryToken(url, token);
    const path = configPath(terminal);
    await readConfig(path); // one that others may read is looked at by its owner before it is replaced
    await writeConfig(path, { url, token });
    return {
      exit: exitCodes.done,
      lines: [`Stored in ${path}. \`runyard jobs\` asks ${url}.`],
      json: { url, file: path },
    };
  },
};

const tokenOf = async (given: Given, url: string): Promise<string> => {
  const { terminal, cwd } = given;
  const token = await givenToken(optionText(given, 'token-file'), cwd, terminal.env.RUNYARD_TOKEN);
  return token ?? oneToken(await terminal.secret(`Token for ${url}, which is not shown: `), 'stdin');
};

// Who may not read jobs is somebody all the same.
const tryToken = async (url: string, token: string): Promise<void> => {
  const client = createClient({ url, token, patienceMs: undefined });
  const page = await client.get<{ jobs?: unknown } | null>('/jobs', { page_size: 1 }).catch((error: unknown) => {
    if (!(error instanceof Refused) || error.status !== 403) throw error;
    return { jobs: [] };
  });
  if (!Array.isArray(page?.jobs))
    throw new Refused(`${url} answered, but not as Runyard does. ${addressHint}`, { status: 200, code: 'not-runyard' });
};
