import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type GitSourceOptions, gitSource } from '../src/adapters/git-source/git-source.ts';
import type { SourceSpec } from '../src/domain/job/job.ts';
import type { GitCredential, Source, SourceOptions } from '../src/ports/source.ts';
import { temporaryHost } from './temporary-host.ts';

const run = promisify(execFile);

// git without this machine's settings.
const env = {
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_ALLOW_PROTOCOL: 'file',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.org',
};

export async function git(dir: string, ...args: string[]): Promise<string> {
  return (await run('git', args, { cwd: dir, env, maxBuffer: 2 ** 26 })).stdout.trim();
}

/** A temporary folder in which a test makes real repositories. */
export async function repositories() {
  const folder = await mkdtemp(join(tmpdir(), 'runyard-repositories-'));
  return {
    folder,
    /** A repository with one commit on `main`: `a.txt` and `dir/b.txt`. */
    async make(name: string, ...initArgs: string[]) {
      const dir = join(folder, name);
      await mkdir(dir, { recursive: true });
      await git(dir, 'init', '--quiet', '-b', 'main', ...initArgs);
      const repository = {
        dir,
        url: `file://${dir}`,
        git: (...args: string[]) => git(dir, ...args),
        /** Commits these files and gives the commit. */
        async commit(files: Record<string, string>, message = 'change') {
          for (const [path, text] of Object.entries(files)) {
            await mkdir(dirname(join(dir, path)), { recursive: true });
            await writeFile(join(dir, path), text);
          }
          await git(dir, 'add', '--all');
          await git(dir, 'commit', '--quiet', '--allow-empty', '-m', message);
          return git(dir, 'rev-parse', 'HEAD');
        },
      };
      await repository.commit({ 'a.txt': 'a\n', 'dir/b.txt': 'b\n' }, 'first');
      return repository;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

type Repository = Awaited<ReturnType<Awaited<ReturnType<typeof repositories>>['make']>>;

/** Writes a submodule as the files of git say it, so that hostile ones can be made too, and gives the commit. */
export async function addSubmodule(
  into: Repository,
  { path, url, commit }: { path: string; url: string; commit: string },
) {
  await writeFile(join(into.dir, '.gitmodules'), `[submodule "sub"]\n\tpath = ${path}\n\turl = ${url}\n`);
  await into.git('add', '.gitmodules');
  await into.git('update-index', '--add', '--cacheinfo', `160000,${commit},${path}`);
  await into.git('commit', '--quiet', '-m', 'submodule');
  return into.git('rev-parse', 'HEAD');
}

/** A git source on a data directory of its own, with what a test mostly asks of it. */
export async function sourceOf(options: GitSourceOptions = { allowFileUrls: true }) {
  const host = await temporaryHost();
  const lines: string[] = [];
  const credentials: Record<string, GitCredential> = {};
  const source: Source = gitSource(options)(host);
  const withDefaults = (signal: AbortSignal = new AbortController().signal): SourceOptions => ({
    signal,
    credential: async (name) => credentials[name] ?? Promise.reject(new Error(`no credential ${name}`)),
    log: (line) => lines.push(line),
  });
  return {
    host,
    source,
    credentials,
    lines,
    resolve: async (spec: SourceSpec, signal?: AbortSignal) =>
      (await source.resolve(spec, withDefaults(signal))).commit,
    /** Checks the commit out into a new folder below the data directory and gives it. */
    async checkout(spec: SourceSpec, commit: string, name = host.entropy.id()) {
      const dir = join(host.dataDir, 'work', name);
      await source.checkout(spec, commit, dir, withDefaults());
      return dir;
    },
    async [Symbol.asyncDispose]() {
      await source.close?.();
      await host[Symbol.asyncDispose]();
    },
  };
}

export const spec = (url: string, ref: string | null = null, more: Partial<SourceSpec> = {}): SourceSpec => ({
  url,
  ref,
  refType: null,
  path: null,
  credential: null,
  submodules: false,
  lfs: false,
  ...more,
});

/** What the promise was rejected with, as the outcome of an attempt. */
export async function outcomeOf(promise: Promise<unknown>) {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  return (error as { outcome?: unknown } | null)?.outcome ?? error;
}
