import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

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

export interface Repository {
  dir: string;
  git(...args: string[]): string;
  /** Commits these files and gives the commit. */
  commit(files: Readonly<Record<string, string>>): string;
  /** Commits submodules, by their path, and gives the commit. */
  submodules(urls: Readonly<Record<string, { url: string; commit: string }>>): string;
}

/** A real repository with one commit on `main`. */
export const repository = (dir: string, ...initArgs: string[]): Repository => {
  mkdirSync(dir, { recursive: true });
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: dir, env, encoding: 'utf8' }).trim();
  git('init', '--quiet', '-b', 'main', ...initArgs);
  const commit = (files: Readonly<Record<string, string>>): string => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), text);
    }
    git('add', '--all');
    git('commit', '--quiet', '--allow-empty', '-m', 'change');
    return git('rev-parse', 'HEAD');
  };
  const submodules = (urls: Parameters<Repository['submodules']>[0]): string => {
    for (const [path, { url, commit: linked }] of Object.entries(urls)) {
      git('config', '--file', '.gitmodules', `submodule.${path}.path`, path);
      git('config', '--file', '.gitmodules', `submodule.${path}.url`, url);
      git('update-index', '--add', '--cacheinfo', `160000,${linked},${path}`);
    }
    git('add', '.gitmodules');
    git('commit', '--quiet', '-m', 'submodules');
    return git('rev-parse', 'HEAD');
  };
  commit({ 'a.txt': 'first\n' });
  return { dir, git, commit, submodules };
};
