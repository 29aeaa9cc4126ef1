import { execFile } from 'node:child_process';
import { appendFile, cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { runyardAt, type Said } from './terminal.ts';

const run = promisify(execFile);

/** A developer's clone of a repository, with everything committed, tagged v1 and pushed. */
export interface CheckoutUnderTest extends AsyncDisposable {
  /** Outside of it there is `elsewhere`, and `home`. */
  folder: string;
  dir: string;
  home: string;
  origin: string;
  git(...args: string[]): Promise<string>;
  write(files: Record<string, string>): Promise<void>;
  commit(files?: Record<string, string>): Promise<string>;
  /** Commits and pushes, with a new tag. */
  publish(files?: Record<string, string>): Promise<string>;
  /** Calls `clone-as-job` there. `env` is the shell's. */
  clone(argv: readonly string[], place?: { env?: Record<string, string>; in?: string }): Promise<Said>;
  /** With `--json`: the codes of what it found, sorted, and the job. */
  found(argv: readonly string[], place?: { env?: Record<string, string>; in?: string }): Promise<Found>;
}

export interface Found {
  exit: number;
  codes: string[];
  findings: { code: string; level: string; says: string; todo: string | null }[];
  // biome-ignore lint/suspicious/noExplicitAny: a job is looked into by its fields' names
  job: any;
}

export const checkoutUnderTest = async (files: Record<string, string>): Promise<CheckoutUnderTest> => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'runyard-checkout-')));
  const [dir, home, origin, bin] = ['work', 'home', 'etl.git', 'bin'].map((name) => join(folder, name)) as Paths;
  for (const each of [home, bin]) await mkdir(each);
  await symlink(await gitProgram, join(bin, 'git'));
  const made = await template;
  await Promise.all([
    cp(made.bare, origin, { recursive: true }),
    cp(made.empty, join(dir, '.git'), { recursive: true }),
  ]);
  await appendFile(
    join(dir, '.git/config'),
    `[remote "origin"]\n\turl = ${origin}\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n`,
  );
  let tags = 0;
  const checkout: CheckoutUnderTest = {
    folder,
    dir,
    home,
    origin,
    git: (...args) => git(dir, ...args),
    write: (given) => writeAll(dir, given),
    commit: async (given = {}) => {
      await writeAll(dir, given);
      await git(dir, 'add', '--all');
      await git(dir, 'commit', '--quiet', '--allow-empty', '-m', 'change');
      return git(dir, 'rev-parse', 'HEAD');
    },
    publish: async (given = {}) => {
      const commit = await checkout.commit(given);
      await git(dir, 'tag', `v${++tags}`);
      await git(dir, 'push', '--quiet', '--set-upstream', 'origin', 'main', '--tags');
      return commit;
    },
    clone: (argv, { env = {}, in: below = '' } = {}) =>
      runyardAt({ env: { HOME: home, PATH: bin, ...env }, cwd: join(dir, below) }, 'clone-as-job', ...argv),
    found: async (argv, place) => {
      const { exit, out } = await checkout.clone(['--json', ...argv], place);
      const { findings, job } = JSON.parse(out) as Pick<Found, 'findings' | 'job'>;
      return { exit, findings, job, codes: [...new Set(findings.map(({ code }) => code))].sort() };
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
  await checkout.publish(files);
  return checkout;
};

type Paths = [dir: string, home: string, origin: string, bin: string];

// The shell of these tests has nothing but git on its PATH, unless a test says otherwise.
const gitProgram = run('sh', ['-c', 'command -v git']).then(({ stdout }) => stdout.trim());

// git without this machine's settings.
const env = {
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.org',
};

const git = async (dir: string, ...args: string[]): Promise<string> =>
  (await run('git', ['-c', 'protocol.file.allow=always', ...args], { cwd: dir, env })).stdout.trim();

// Made once for a file of tests: each git is a process, and they are many.
const template = (async () => {
  const folder = await mkdtemp(join(tmpdir(), 'template-'));
  await git(folder, 'init', '--quiet', '--bare', '-b', 'main', 'bare.git');
  await git(folder, 'init', '--quiet', '-b', 'main', 'work');
  return { bare: join(folder, 'bare.git'), empty: join(folder, 'work/.git') };
})();

const writeAll = async (dir: string, files: Record<string, string>): Promise<void> => {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
};
