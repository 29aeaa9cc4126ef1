import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { asTold, NotAsTold } from './as-told.ts';
import { answered, doing } from './tell.ts';

export interface Person {
  name: string;
  home: string;
  /** Of Runyard; '' before he has one. */
  token: string;
  /** Runs a line in his shell and shows what it prints, on either stream. Throws `NotAsTold` for another exit code, or where `told` is not printed. */
  types(line: string, expected?: { exit?: number; told?: (string | RegExp)[] }): Promise<string>;
  /** Sets a variable of his shell; `shown` is what is seen of it. */
  exports(name: string, value: string, shown?: string): void;
  /** Goes to a folder of his home. */
  goesTo(folder: string): void;
  /** Calls the HTTP API. What is in `hidden` is sent, and not shown. Throws `NotAsTold` for another status. */
  asks(method: string, path: string, call?: Call): Promise<Answer>;
}

export interface Call {
  body?: object;
  hidden?: object;
  status?: number;
  /** What is shown of the answer. Default: nothing but its status. */
  show?(answer: Answer): string;
}

// biome-ignore lint/suspicious/noExplicitAny: what the API answers is in its OpenAPI document
type Answer = any;

export interface PersonOptions {
  /** Where his home is made. */
  homes: string;
  /** Of the programs that he has. */
  path: string;
  api: string;
}

/** Somebody with a home, a shell and, once he has a token, the API. */
export const person = async (name: string, { homes, path, api }: PersonOptions): Promise<Person> => {
  const home = join(homes, name);
  await mkdir(home, { recursive: true });
  const settings = `[user]\n\tname = ${name}\n\temail = ${name}@example.org\n[init]\n\tdefaultBranch = main\n[credential]\n\thelper = store\n[advice]\n\tdetachedHead = false\n`;
  await writeFile(join(home, '.gitconfig'), settings);
  const env: Record<string, string> = { HOME: home, PATH: path, TZ: 'UTC', LANG: 'C.UTF-8', GIT_CONFIG_NOSYSTEM: '1' };
  let folder = home;
  const self: Person = {
    name,
    home,
    token: '',
    async types(line, { exit = 0, told = [] } = {}) {
      doing(`${name}$`, line);
      const said = await inShell(line, { cwd: folder, env });
      answered(said.printed);
      if (said.exit !== 0) answered(`(exit code ${said.exit})`);
      if (said.exit !== exit) throw new NotAsTold(`\`${line}\` ended with ${said.exit}, not with ${exit}.`);
      asTold(said.printed, told);
      return said.printed;
    },
    exports(variable, value, shown = value) {
      doing(`${name}$`, `export ${variable}=${shown}`);
      env[variable] = value;
    },
    goesTo(below) {
      doing(`${name}$`, `cd ~/${below}`);
      folder = join(home, below);
    },
    async asks(method, route, { body, hidden, status = 200, show } = {}) {
      const shown = hidden ? { ...body, ...veiled(hidden) } : body;
      doing(`${name}>`, [method, `/api${route}`, ...(shown ? [JSON.stringify(shown)] : [])].join(' '));
      const sent = body || hidden ? { body: JSON.stringify({ ...body, ...hidden }) } : {};
      const response = await fetch(`${api}${route}`, {
        method,
        headers: { authorization: `token ${self.token}`, 'content-type': 'application/json' },
        ...sent,
      });
      const got = await response.text();
      const answer: Answer = got === '' ? null : JSON.parse(got);
      const words = response.ok ? show?.(answer) : `${answer.code}: ${answer.detail}`;
      answered(`${response.status} ${words ?? ''}`.replace(/ +(?=\n|$)/g, ''));
      if (response.status !== status)
        throw new NotAsTold(`${method} ${route} gave ${response.status}, not ${status}: ${got}`);
      return answer;
    },
  };
  return self;
};

const veiled = (hidden: object): object => Object.fromEntries(Object.keys(hidden).map((key) => [key, '…']));

// Both streams are one, so that what is printed comes in its order.
const inShell = async (line: string, options: { cwd: string; env: Record<string, string> }) => {
  const shell = spawn('sh', ['-c', `exec 2>&1\n${line}`], { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
  const [printed, [exit]] = await Promise.all([text(shell.stdout), once(shell, 'close')]);
  return { exit: exit as number | null, printed };
};
