import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { nearest } from '../src/adapters/git-source/ref-not-found.ts';
import { git, outcomeOf, repositories, sourceOf, spec } from './git-source-repositories.ts';

// What a source does with real repositories on this machine.

it('finds branches, tags, commits and the default branch', async () => {
  await using repos = await repositories();
  const repo = await repos.make('r');
  const first = await repo.git('rev-parse', 'HEAD');
  await repo.git('tag', 'light');
  await repo.git('tag', '-a', '-m', 'x', 'annotated');
  await repo.git('tag', '-a', '-m', 'x', 'twice', 'annotated');
  await repo.git('branch', 'feature/x');
  const second = await repo.commit({ 'a.txt': '2' });
  await using on = await sourceOf();
  const resolve = (ref: string | null, refType: 'branch' | 'tag' | 'commit' | null = null) =>
    on.resolve(spec(repo.url, ref, { refType }));
  expect(await resolve(null)).toBe(second);
  expect(await resolve('main')).toBe(second);
  expect(await resolve('feature/x', 'branch')).toBe(first);
  expect(await resolve('light', 'tag')).toBe(first);
  expect(await resolve('annotated')).toBe(first);
  expect(await resolve('twice', 'tag')).toBe(first);
  expect(await resolve(first)).toBe(first);
  expect(await resolve(first.toUpperCase(), 'commit')).toBe(first);
  expect(await resolve(first.slice(0, 8))).toBe(first);
  expect(await resolve(first.slice(0, 8), 'commit')).toBe(first);
});

it('a name is a branch first, then a tag, then a commit', async () => {
  await using repos = await repositories();
  const repo = await repos.make('r');
  const first = await repo.git('rev-parse', 'HEAD');
  const short = first.slice(0, 7);
  await repo.git('tag', 'both');
  const second = await repo.commit({ 'a.txt': '2' });
  await repo.git('branch', 'both');
  await repo.git('branch', short);
  await using on = await sourceOf();
  expect(await on.resolve(spec(repo.url, 'both'))).toBe(second);
  expect(await on.resolve(spec(repo.url, 'both', { refType: 'tag' }))).toBe(first);
  expect(await on.resolve(spec(repo.url, short))).toBe(second);
  expect(await on.resolve(spec(repo.url, short, { refType: 'commit' }))).toBe(first);
});

it('a ref means what it means now: moved, rewritten and removed', async () => {
  await using repos = await repositories();
  const repo = await repos.make('r');
  const first = await repo.git('rev-parse', 'HEAD');
  await using on = await sourceOf();
  expect(await on.resolve(spec(repo.url, 'main'))).toBe(first);
  await repo.git('commit', '--quiet', '--amend', '-m', 'rewritten');
  const second = await repo.git('rev-parse', 'HEAD');
  expect(await on.resolve(spec(repo.url, 'main'))).toBe(second);
  await repo.git('branch', '-m', 'main', 'trunk');
  await repo.git('branch', 'main/sub'); // a folder where a branch was
  expect(await on.resolve(spec(repo.url))).toBe(second);
  expect(await on.resolve(spec(repo.url, 'main/sub'))).toBe(second);
  expect(await outcomeOf(on.resolve(spec(repo.url, 'main')))).toMatchObject({ reason: 'ref-not-found' });
  // What was rewritten can still be had: a run may have recorded it.
  expect(await readFile(join(await on.checkout(spec(repo.url), first), 'a.txt'), 'utf8')).toBe('a\n');
});

it('a full commit that is here needs no repository any more', async () => {
  await using repos = await repositories();
  const repo = await repos.make('r');
  await using on = await sourceOf();
  const commit = await on.resolve(spec(repo.url));
  await rm(repo.dir, { recursive: true });
  expect(await on.resolve(spec(repo.url, commit))).toBe(commit);
  expect(await readdir(await on.checkout(spec(repo.url), commit))).toContain('a.txt');
  expect(await outcomeOf(on.resolve(spec(repo.url, 'main')))).toMatchObject({ reason: 'source-refused' });
});

it('a commit that no branch leads to is fetched by its hash', async () => {
  await using repos = await repositories();
  const repo = await repos.make('r');
  const lost = await repo.commit({ 'a.txt': 'lost' });
  await repo.git('reset', '--quiet', '--hard', 'HEAD~1');
  await using on = await sourceOf();
  expect(await on.resolve(spec(repo.url, lost))).toBe(lost);
  expect(await readFile(join(await on.checkout(spec(repo.url), lost), 'a.txt'), 'utf8')).toBe('lost');
  expect(await outcomeOf(on.resolve(spec(repo.url, 'f'.repeat(40))))).toMatchObject({
    class: 'start-failed',
    reason: 'ref-not-found',
  });
});

it('a missing ref is named, with those nearest to it', async () => {
  await using repos = await repositories();
  const repo = await repos.make('r');
  for (const name of ['release', 'develop']) await repo.git('branch', name);
  await repo.git('tag', 'v1.0.0');
  await using on = await sourceOf();
  expect(await outcomeOf(on.resolve(spec(repo.url, 'realease')))).toMatchObject({
    class: 'start-failed',
    reason: 'ref-not-found',
    sentence: expect.stringMatching(/"realease".*nearest are: release\./),
  });
  expect(await outcomeOf(on.resolve(spec(repo.url, 'v1.0.1', { refType: 'tag' })))).toMatchObject({
    sentence: expect.stringContaining('v1.0.0'),
  });
  expect(nearest('mian', ['main', 'maintenance', 'x'])).toEqual(['main']);
});

it('an empty repository and a dangling HEAD have no default branch, but their branches are found', async () => {
  await using repos = await repositories();
  const repo = await repos.make('r');
  const commit = await repo.git('rev-parse', 'HEAD');
  await repo.git('symbolic-ref', 'HEAD', 'refs/heads/nowhere');
  await git(repos.folder, 'init', '--quiet', '--bare', 'empty');
  await using on = await sourceOf();
  expect(await on.resolve(spec(repo.url, 'main'))).toBe(commit);
  const noDefault = { reason: 'ref-not-found', sentence: expect.stringContaining('no default branch') };
  expect(await outcomeOf(on.resolve(spec(repo.url)))).toMatchObject(noDefault);
  expect(await outcomeOf(on.resolve(spec(`file://${repos.folder}/empty`)))).toMatchObject(noDefault);
});

it('a checkout is clean, and a repository that the job can use by itself', async () => {
  await using repos = await repositories();
  const repo = await repos.make('r');
  await repo.git('tag', '-a', '-m', 'x', 'v1');
  await repo.commit({ 'a.txt': '2' }, 'second');
  await using on = await sourceOf();
  const commit = await on.resolve(spec(repo.url));
  const dir = await on.checkout(spec(repo.url), commit);
  await rm(join(on.host.dataDir, 'mirrors'), { recursive: true });
  expect(await git(dir, 'status', '--porcelain')).toBe('');
  expect(await git(dir, 'log', '--format=%s')).toBe('second\nfirst');
  expect(await git(dir, 'rev-parse', 'HEAD', 'origin/main')).toBe(`${commit}\n${commit}`);
  expect(await git(dir, 'describe')).toMatch(/^v1-1-g/);
  expect(await git(dir, 'remote', 'get-url', 'origin')).toBe(repo.url);
  await git(dir, 'fsck', '--full');
  await git(dir, 'fetch', 'origin');
});

it('a checkout takes an empty folder and refuses a full one', async () => {
  await using repos = await repositories();
  const repo = await repos.make('r');
  await using on = await sourceOf();
  const commit = await on.resolve(spec(repo.url));
  await mkdir(join(on.host.dataDir, 'work', 'empty'), { recursive: true });
  expect(await readdir(await on.checkout(spec(repo.url), commit, 'empty'))).toContain('a.txt');
  expect(await outcomeOf(on.checkout(spec(repo.url), commit, 'empty'))).toMatchObject({ class: 'infrastructure' });
});

it('a shallow repository is fetched as far as it goes', async () => {
  await using repos = await repositories();
  const repo = await repos.make('r');
  await repo.commit({ 'a.txt': '2' }, 'second');
  await git(repos.folder, 'clone', '--quiet', '--depth=1', repo.url, 'shallow');
  await using on = await sourceOf();
  const shallow = spec(`file://${repos.folder}/shallow`);
  const dir = await on.checkout(shallow, await on.resolve(shallow));
  expect(await git(dir, 'log', '--format=%s')).toBe('second');
});

it('repositories with SHA-256 work as well', async () => {
  await using repos = await repositories();
  const repo = await repos.make('r', '--object-format=sha256');
  await using on = await sourceOf();
  const outcome = await outcomeOf(on.resolve(spec(repo.url)));
  expect(outcome).toBeNull();
  const commit = await on.resolve(spec(repo.url));
  expect(commit).toMatch(/^[0-9a-f]{64}$/);
  expect(await git(await on.checkout(spec(repo.url), commit), 'log', '--format=%s')).toBe('first');
});

it('many small fetches do not pile up packs, and lose no commit', async () => {
  await using repos = await repositories();
  const repo = await repos.make('r');
  await using on = await sourceOf();
  const commits: string[] = [];
  for (let n = 0; n < 30; n++) {
    await repo.git('checkout', '--quiet', '--orphan', `b${n}`);
    commits.push(await repo.commit({ 'a.txt': String(n) }));
    await on.resolve(spec(repo.url, `b${n}`));
    if (n > 0) await repo.git('branch', '-D', `b${n - 1}`);
  }
  const mirrors = await readdir(join(on.host.dataDir, 'mirrors'));
  const pack = join(on.host.dataDir, 'mirrors', mirrors.find((name) => name.length === 64)!, 'objects', 'pack');
  expect((await readdir(pack)).filter((name) => name.endsWith('.pack')).length).toBeLessThan(25);
  for (const commit of commits) expect(await on.resolve(spec(repo.url, commit))).toBe(commit);
});

it("nothing of the host's git set-up takes part, and no hook or filter of the repository runs", async () => {
  await using repos = await repositories();
  const repo = await repos.make('r');
  await using on = await sourceOf();
  const witness = join(on.host.dataDir, 'ran');
  await writeFile(join(on.host.dataDir, 'gitconfig'), `[core]\n\tfsmonitor = touch ${witness}\n`);
  process.env.GIT_CONFIG_GLOBAL = join(on.host.dataDir, 'gitconfig');
  process.env.GIT_DIR = '/nonexistent';
  try {
    await repo.commit({ '.gitattributes': '*.txt filter=evil\n', 'x.txt': 'x' });
    const dir = await on.checkout(spec(repo.url), await on.resolve(spec(repo.url)));
    expect(await readFile(join(dir, 'x.txt'), 'utf8')).toBe('x');
    expect(await readdir(join(dir, '.git'))).not.toContain('hooks');
  } finally {
    delete process.env.GIT_CONFIG_GLOBAL;
    delete process.env.GIT_DIR;
  }
  expect(existsSync(witness)).toBe(false);
});

it('a mirror inside another repository never touches that one', async () => {
  await using repos = await repositories();
  const repo = await repos.make('r');
  await using on = await sourceOf();
  await git(on.host.dataDir, 'init', '--quiet', '-b', 'mine');
  await on.resolve(spec(repo.url));
  const [mirror] = (await readdir(join(on.host.dataDir, 'mirrors'))).filter((name) => name.length === 64);
  await rm(join(on.host.dataDir, 'mirrors', mirror!, 'HEAD')); // not a repository any more: git would look above it
  await on.resolve(spec(repo.url));
  expect(await git(on.host.dataDir, 'for-each-ref')).toBe('');
});

it('a damaged mirror is made anew', async () => {
  await using repos = await repositories();
  const repo = await repos.make('r');
  await using on = await sourceOf();
  await on.resolve(spec(repo.url));
  const [mirror] = (await readdir(join(on.host.dataDir, 'mirrors'))).filter((name) => name.length === 64);
  const pack = join(on.host.dataDir, 'mirrors', mirror!, 'objects', 'pack');
  for (const name of await readdir(pack)) await rm(join(pack, name));
  const commit = await repo.commit({ 'a.txt': '2' });
  expect(await on.resolve(spec(repo.url))).toBe(commit);
  expect(await git(await on.checkout(spec(repo.url), commit), 'log', '--format=%s')).toBe('change\nfirst');
});

it('locks that a killed git left behind are removed', async () => {
  await using repos = await repositories();
  const repo = await repos.make('r');
  await using on = await sourceOf({ allowFileUrls: true });
  await on.resolve(spec(repo.url));
  const [name] = (await readdir(join(on.host.dataDir, 'mirrors'))).filter((each) => each.length === 64);
  const mirror = join(on.host.dataDir, 'mirrors', name!);
  await mkdir(join(mirror, 'refs/heads'), { recursive: true });
  for (const lock of ['packed-refs.lock', 'refs/heads/main.lock']) await writeFile(join(mirror, lock), '');
  const commit = await repo.commit({ 'a.txt': '2' });
  await repo.git('branch', 'other');
  expect(await on.resolve(spec(repo.url, 'main'))).toBe(commit);
});

it('what a killed host left unfinished is never taken for a mirror, and goes', async () => {
  await using repos = await repositories();
  const repo = await repos.make('r');
  await using first = await sourceOf();
  const commit = await first.resolve(spec(repo.url));
  const root = join(first.host.dataDir, 'mirrors');
  const [mirror] = (await readdir(root)).filter((name) => name.length === 64);
  await using on = await sourceOf({ allowFileUrls: true, dir: join(first.host.dataDir, 'other') });
  await mkdir(join(first.host.dataDir, 'other', '.runyard', 'keys', 'x'), { recursive: true });
  await rename(join(root, mirror!), join(first.host.dataDir, 'other', `${mirror}.0123`));
  await rm(join(first.host.dataDir, 'other', `${mirror}.0123`, 'refs'), { recursive: true });
  expect(await on.resolve(spec(repo.url))).toBe(commit);
  expect((await readdir(join(first.host.dataDir, 'other'))).toSorted()).toEqual(['.runyard', mirror]);
  expect(await readdir(join(first.host.dataDir, 'other', '.runyard', 'keys'))).toEqual([]);
});

it('a first fetch that fails leaves nothing', async () => {
  await using on = await sourceOf();
  expect(await outcomeOf(on.resolve(spec('file:///nonexistent/x')))).toMatchObject({
    class: 'start-failed',
    reason: 'source-refused',
  });
  expect(await readdir(join(on.host.dataDir, 'mirrors'))).toEqual(['.runyard']);
});

it('only we may read the mirrors', async () => {
  await using repos = await repositories();
  const repo = await repos.make('r');
  await using on = await sourceOf();
  await on.resolve(spec(repo.url));
  expect((await stat(join(on.host.dataDir, 'mirrors'))).mode & 0o777).toBe(0o700);
});

it('after close nothing is fetched', async () => {
  await using repos = await repositories();
  const repo = await repos.make('r');
  await using on = await sourceOf();
  await on.source.close?.();
  await expect(on.resolve(spec(repo.url))).rejects.toMatchObject({ code: 'closed' });
});

it('a symlink in a repository is checked out as it is', async () => {
  await using repos = await repositories();
  const repo = await repos.make('r');
  await symlink('../../../etc', join(repo.dir, 'out'));
  await repo.commit({});
  await using on = await sourceOf();
  const dir = await on.checkout(spec(repo.url), await on.resolve(spec(repo.url)));
  expect(await git(dir, 'status', '--porcelain')).toBe('');
});
