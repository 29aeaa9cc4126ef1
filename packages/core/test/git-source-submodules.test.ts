import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gitServer } from '../../../test/engines/git-server.ts';
import { submoduleDir } from '../src/adapters/git-source/submodules.ts';
import { addSubmodule, git, outcomeOf, repositories, sourceOf, spec } from './git-source-repositories.ts';

it('submodules are checked out on request, recursively, with relative urls', async () => {
  await using repos = await repositories();
  const [inner, middle, outer] = [await repos.make('inner'), await repos.make('middle'), await repos.make('outer')];
  const innerCommit = await inner.commit({ 'inner.txt': 'i' });
  const middleCommit = await addSubmodule(middle, { path: 'deep/inner', url: '../inner', commit: innerCommit });
  const commit = await addSubmodule(outer, { path: 'lib/middle', url: '../middle', commit: middleCommit });
  await using on = await sourceOf();
  const wanted = spec(outer.url, 'main', { submodules: true });
  expect(await on.resolve(wanted)).toBe(commit);
  const dir = await on.checkout(wanted, commit);
  expect(await readFile(join(dir, 'lib/middle/deep/inner/inner.txt'), 'utf8')).toBe('i');
  expect(await git(dir, 'status', '--porcelain')).toBe('');
  expect(await git(dir, 'submodule', 'status')).toMatch(new RegExp(`^${middleCommit} lib/middle`));

  const without = await on.checkout(spec(outer.url, 'main'), commit);
  expect(existsSync(join(without, 'lib/middle/a.txt'))).toBe(false);
});

describe('a submodule gets the same checks as a source', () => {
  it.each(['ext::sh -c x', '--upload-pack=x', 'https://user:pw@example.org/x', '../../../../etc', 'file:///etc/x'])(
    '%j',
    async (url) => {
      await using repos = await repositories();
      const repo = await repos.make('outer');
      const commit = await addSubmodule(repo, { path: 'sub', url, commit: await repo.git('rev-parse', 'HEAD') });
      await using on = await sourceOf({ allowFileUrls: [repos.folder] });
      const wanted = spec(repo.url, 'main', { submodules: true });
      expect(await outcomeOf(on.checkout(wanted, commit))).toMatchObject({
        class: 'start-failed',
        reason: 'invalid-source',
      });
    },
  );

  it('over http none leads to a repository on this machine', async () => {
    await using repos = await repositories();
    const [secret, repo] = [await repos.make('secret'), await repos.make('outer')];
    const commit = await addSubmodule(repo, {
      path: 'sub',
      url: secret.url,
      commit: await secret.git('rev-parse', 'HEAD'),
    });
    await using server = await gitServer({ root: repos.folder });
    await using on = await sourceOf({});
    const wanted = spec(`${server.url}/outer/.git`, 'main', { submodules: true });
    expect(await outcomeOf(on.checkout(wanted, commit))).toMatchObject({ reason: 'invalid-source' });
  });
});

it("a submodule's path through a symlink does not leave the checkout", async () => {
  await using repos = await repositories();
  const [sub, repo] = [await repos.make('sub'), await repos.make('outer')];
  await mkdir(join(repos.folder, 'victim'));
  await symlink(join(repos.folder, 'victim'), join(repo.dir, 'link'));
  await repo.commit({});
  const tree = await repo.git('ls-tree', 'HEAD');
  // A tree with a symlink and a folder of one name: git writes none, an attacker does.
  const subTree = await makeTree(repo.dir, `160000 commit ${await sub.git('rev-parse', 'HEAD')}\tsub\n`);
  const modules = await makeBlob(repo.dir, `[submodule "sub"]\n\tpath = link/sub\n\turl = ../sub\n`);
  const rest = tree.split('\n').filter((line) => !line.includes('.gitmodules'));
  const bad = await makeTree(
    repo.dir,
    [...rest, `100644 blob ${modules}\t.gitmodules`, `040000 tree ${subTree}\tlink`].join('\n').concat('\n'),
  );
  const commit = await repo.git('commit-tree', bad, '-m', 'evil');
  await repo.git('update-ref', 'refs/heads/main', commit);
  await using on = await sourceOf();
  await outcomeOf(on.checkout(spec(repo.url, 'main', { submodules: true }), commit));
  expect(existsSync(join(repos.folder, 'victim', 'sub'))).toBe(false);
});

it.each(['link/sub', 'link/../sub', '../sub', '/sub', '.git/sub', 'missing/sub'])(
  'a submodule at %s is refused',
  async (path) => {
    await using repos = await repositories();
    await mkdir(join(repos.folder, 'checkout/.git'), { recursive: true });
    await symlink('..', join(repos.folder, 'checkout/link'));
    const submodule = { name: 'x', path, url: 'https://example.org/x', commit: '' };
    expect(await outcomeOf(submoduleDir(join(repos.folder, 'checkout'), submodule))).toMatchObject({
      reason: 'invalid-source',
    });
  },
);

it("a repository's credential goes to submodules on the same server only", async () => {
  await using repos = await repositories();
  const [sub, repo] = [await repos.make('sub'), await repos.make('outer')];
  const seen: (string | undefined)[] = [];
  const login = { username: 'u', password: 'p' };
  await using other = await gitServer({
    root: repos.folder,
    before: (request, response) => {
      seen.push(request.headers.authorization);
      return !!response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    },
  });
  await using server = await gitServer({ root: repos.folder, login });
  await using on = await sourceOf({});
  on.credentials.mine = { kind: 'https', ...login };
  const wanted = spec(`${server.url}/outer/.git`, 'main', { submodules: true, credential: 'mine' });
  const head = await sub.git('rev-parse', 'HEAD');

  const same = await addSubmodule(repo, { path: 'sub', url: '../../sub/.git', commit: head });
  expect(existsSync(join(await on.checkout(wanted, same), 'sub', 'a.txt'))).toBe(true);

  const elsewhere = await addSubmodule(repo, { path: 'sub', url: `${other.url}/sub/.git`, commit: head });
  expect(await outcomeOf(on.checkout(wanted, elsewhere))).toMatchObject({ reason: 'source-refused' });
  expect(seen.filter(Boolean)).toEqual([]);
  expect(seen.length).toBeGreaterThan(0);
});

async function makeBlob(dir: string, text: string): Promise<string> {
  const file = join(dir, '..', 'blob');
  await writeFile(file, text);
  return git(dir, 'hash-object', '-w', file);
}

// By hand, since `git mktree` refuses two entries of one name.
async function makeTree(dir: string, listing: string): Promise<string> {
  const entries = listing
    .trim()
    .split('\n')
    .map((line) => {
      const [, mode = '', hash = '', name = ''] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/.exec(line) ?? [];
      return {
        name,
        bytes: Buffer.concat([Buffer.from(`${mode.replace(/^0/, '')} ${name}\0`), Buffer.from(hash, 'hex')]),
      };
    });
  const file = join(dir, '..', 'tree');
  await writeFile(file, Buffer.concat(entries.map((entry) => entry.bytes)));
  return git(dir, 'hash-object', '-w', '-t', 'tree', '--literally', file);
}
