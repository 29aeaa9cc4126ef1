import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { gitServer } from '../../../test/engines/git-server.ts';
import { git, outcomeOf, repositories, sourceOf, spec } from './git-source-repositories.ts';

const content = 'the large file\n';
const oid = createHash('sha256').update(content).digest('hex');
const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${content.length}\n`;

// A repository as `git lfs track` and `git add` leave it, with its large file beside it.
async function makeLfsRepository(repos: Awaited<ReturnType<typeof repositories>>, more: Record<string, string> = {}) {
  const repo = await repos.make('r');
  const attributes = '*.big filter=lfs diff=lfs merge=lfs -text\n';
  const commit = await repo.commit({ '.gitattributes': attributes, 'x.big': pointer, ...more });
  const objects = join(repo.dir, '.git/lfs/objects', oid.slice(0, 2), oid.slice(2, 4));
  await mkdir(objects, { recursive: true });
  await writeFile(join(objects, oid), content);
  return { repo, commit };
}

it('LFS files are there on request, and pointers else', async () => {
  await using repos = await repositories();
  const { repo, commit } = await makeLfsRepository(repos);
  await using on = await sourceOf();
  const dir = await on.checkout(spec(repo.url, 'main', { lfs: true }), commit);
  expect(await readFile(join(dir, 'x.big'), 'utf8')).toBe(content);
  expect(await git(dir, 'status', '--porcelain')).toBe('');
  expect(await readFile(join(await on.checkout(spec(repo.url), commit), 'x.big'), 'utf8')).toBe(pointer);
});

it('LFS files come over http with the credential of their repository', async () => {
  await using repos = await repositories();
  const { commit } = await makeLfsRepository(repos);
  const login = { username: 'u', password: 'p' };
  await using server = await gitServer({ root: repos.folder, login, before: lfs });
  await using on = await sourceOf({});
  on.credentials.mine = { kind: 'https', ...login };
  const wanted = spec(`${server.url}/r/.git`, 'main', { lfs: true, credential: 'mine' });
  expect(await readFile(join(await on.checkout(wanted, commit), 'x.big'), 'utf8')).toBe(content);

  // The two requests of the LFS protocol.
  async function lfs(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    if (request.url === '/file') return !!response.end(content);
    if (!request.url?.endsWith('/objects/batch')) return false;
    if (!request.headers.authorization) {
      return !!response.writeHead(401, { 'www-authenticate': 'Basic realm="lfs"', 'lfs-authenticate': 'Basic' }).end();
    }
    const download = { href: `${server.url}/file` };
    const objects = [{ oid, size: content.length, authenticated: true, actions: { download } }];
    response.writeHead(200, { 'content-type': 'application/vnd.git-lfs+json' });
    return !!response.end(JSON.stringify({ transfer: 'basic', objects }));
  }
});

it('a repository cannot send LFS to a place that a source may not name', async () => {
  await using repos = await repositories();
  const { repo, commit } = await makeLfsRepository(repos, { '.lfsconfig': '[lfs]\n\turl = file:///etc\n' });
  await using on = await sourceOf({ allowFileUrls: [repos.folder] });
  expect(await outcomeOf(on.checkout(spec(repo.url, 'main', { lfs: true }), commit))).toMatchObject({
    class: 'start-failed',
    reason: 'invalid-source',
    sentence: expect.stringContaining('.lfsconfig'),
  });
});

it('without git-lfs there is a sentence, and without git too', async () => {
  await using repos = await repositories();
  const { repo, commit } = await makeLfsRepository(repos);
  const bin = await mkdtemp(join(tmpdir(), 'runyard-bin-'));
  try {
    for (const tool of ['git', 'sh']) {
      await symlink(execFileSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim(), join(bin, tool));
    }
    await using on = await sourceOf({ allowFileUrls: true, env: { PATH: bin } });
    expect(await outcomeOf(on.checkout(spec(repo.url, 'main', { lfs: true }), commit))).toMatchObject({
      class: 'start-failed',
      sentence: expect.stringContaining('git-lfs is not installed'),
    });
  } finally {
    await rm(bin, { recursive: true });
  }
  await using on = await sourceOf({ allowFileUrls: true, env: { PATH: '/nonexistent' } });
  expect(await outcomeOf(on.resolve(spec(repo.url)))).toMatchObject({
    class: 'infrastructure',
    sentence: expect.stringContaining('git was not found'),
  });
});
