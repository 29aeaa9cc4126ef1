import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { type GitSourceOptions, gitSource } from '../src/adapters/git-source/git-source.ts';
import { httpOrigin, resolveRelative, sameServer } from '../src/adapters/shared/git/git-url.ts';
import type { SourceSpec } from '../src/domain/job/job.ts';
import { outcomeOf, sourceOf, spec } from './git-source-repositories.ts';
import { temporaryHost } from './temporary-host.ts';

async function check(source: SourceSpec, options: GitSourceOptions = {}): Promise<unknown> {
  await using host = await temporaryHost();
  try {
    gitSource(options)(host).check(source);
    return null;
  } catch (error) {
    return error;
  }
}

const good = 'https://example.org/x.git';

describe('urls that git fetches are accepted', () => {
  it.each([
    good,
    'http://example.org:8080/x',
    'https://example.org/a%20b.git',
    'ssh://git@example.org:22/x.git',
    'git://example.org/x.git',
    'git@example.org:team/x.git',
    'example.org:x.git',
    'git@[::1]:x.git',
    'https://[::1]:8443/x.git',
  ])('%s', async (url) => expect(await check(spec(url))).toBeNull());
});

describe('urls are refused before git sees them', () => {
  it.each([
    ['--upload-pack=touch x', 'dash'],
    ['-oProxyCommand=x:y', 'dash'],
    ['ext::sh -c touch% /tmp/x', 'space'],
    ['ext::sh', 'transport helper'],
    ['fd::17', 'transport helper'],
    ['EXT::x', 'transport helper'],
    ['foo.bar+baz::https://example.org/x', 'transport helper'],
    ['https://example.org/x\n.git', 'control'],
    ['https://example.org/x\u0000', 'control'],
    ['https://user:secret@example.org/x', 'password'],
    ['https://user%3Asecret@example.org/x', 'password'],
    ['https://ghp_token@example.org/x', 'token'],
    ['ssh://git:secret@example.org/x', 'password'],
    ['ssh://-oProxyCommand=x/y', 'no host'],
    ['ssh://-user@example.org/x', 'dash'],
    ['git@-example.org:x', 'no host'],
    ['example.org:-x', 'dash'],
    ['https:///x', 'no host'],
    ['ftp://example.org/x', 'not one that'],
    ['git+ssh://example.org/x', 'not one that'],
    ['file:///srv/x.git', 'does not allow'],
    ['FILE:///srv/x.git', 'does not allow'],
    ['/srv/x.git', 'does not allow'],
    ['./x', 'relative'],
    ['../x', 'relative'],
    ['~/x', 'relative'],
    ['x', 'relative'],
    ['C:\\x', 'relative'],
    ['', 'empty'],
  ])('%j', async (url, says) => {
    const error = await check(spec(url));
    expect(error).toMatchObject({ code: 'invalid-source', field: 'url', message: expect.stringContaining(says) });
    expect(JSON.stringify(error)).not.toContain('secret@');
  });
});

describe('local repositories', () => {
  const allowFileUrls = ['/srv/git', 'file:///opt/one.git/'];
  it.each(['file:///srv/git/x', '/srv/git/x', 'file:///opt/one.git', '/srv/git'])(
    '%s is below what is allowed',
    async (url) => {
      expect(await check(spec(url), { allowFileUrls })).toBeNull();
    },
  );
  it.each([
    'file:///srv/git2/x',
    'file:///srv/git/../x',
    'file:///srv/git/%2e%2e/x',
    'file:///srv/git/%2E%2E%2fx',
    'file://srv/git/x',
    'file:////srv/git/x',
    '/etc',
    'srv/git/x',
  ])('%s is not', async (url) => {
    expect(await check(spec(url), { allowFileUrls })).toMatchObject({ code: 'invalid-source', field: 'url' });
  });
  it('all are allowed with `true`, except what leaves its folder', async () => {
    expect(await check(spec(`file://${tmpdir()}/x`), { allowFileUrls: true })).toBeNull();
    expect(await check(spec('file:///a/../b'), { allowFileUrls: true })).toMatchObject({ field: 'url' });
  });
});

describe('refs', () => {
  it.each(['main', 'feature/a-b_c', 'v1.2.3', 'a@b', 'ünï', '1234', 'x'.repeat(250)])('%j is one', async (ref) => {
    expect(await check(spec(good, ref))).toBeNull();
  });
  it.each([
    '',
    '-x',
    '--upload-pack=x',
    'a..b',
    'a b',
    'a\nb',
    'a~1',
    'a^',
    'a:b',
    'a?',
    'a*',
    'a[b',
    'a\\b',
    '@',
    'main@{1}',
    '/a',
    'a/',
    'a//b',
    '.a',
    'a/.b',
    'a.lock',
    'a.lock/b',
    'a.',
    'x'.repeat(251),
  ])('%j is refused', async (ref) => {
    expect(await check(spec(good, ref))).toMatchObject({
      code: 'invalid-source',
      field: 'ref',
      received: expect.any(String),
    });
  });
  it('a commit is hex, and a ref type needs a ref', async () => {
    expect(await check(spec(good, 'main', { refType: 'commit' }))).toMatchObject({
      field: 'ref',
      expected: '4 to 64 hex digits',
    });
    expect(await check(spec(good, 'abc', { refType: 'commit' }))).toMatchObject({ field: 'ref' });
    expect(await check(spec(good, 'abcd', { refType: 'commit' }))).toBeNull();
    expect(await check(spec(good, null, { refType: 'tag' }))).toMatchObject({ field: 'ref' });
  });
});

describe('paths', () => {
  it.each(['code', 'a/b', '.', './a', 'a..b', '.github'])('%j stays in the workspace', async (path) => {
    expect(await check(spec(good, null, { path }))).toBeNull();
  });
  it.each([
    '',
    '/etc',
    '~',
    '~root/x',
    'C:/x',
    '..',
    '../x',
    'a/../../x',
    'a/..',
    'a\\..\\b',
    'a\u0000b',
    '-x',
    '.git/hooks',
    'a/.GIT/x',
  ])('%j is refused', async (path) => {
    expect(await check(spec(good, null, { path }))).toMatchObject({ code: 'invalid-source', field: 'path' });
  });
});

it('what is refused when it is saved is refused as well when it is fetched', async () => {
  await using on = await sourceOf({});
  const bad = { class: 'start-failed', reason: 'invalid-source' };
  expect(await outcomeOf(on.resolve(spec('ext::sh')))).toMatchObject(bad);
  expect(await outcomeOf(on.resolve(spec(good, '--x')))).toMatchObject(bad);
  expect(await outcomeOf(on.checkout(spec('file:///srv/x'), 'a'.repeat(40)))).toMatchObject(bad);
  expect(await outcomeOf(on.checkout(spec(good), '--orphan'))).toMatchObject(bad);
});

describe('the url of a submodule', () => {
  it.each([
    ['../b.git', 'https://h/x/a.git', 'https://h/x/b.git'],
    ['../../y/b', 'https://h/x/a.git/', 'https://h/y/b'],
    ['./b', 'https://h/x/a', 'https://h/x/a/b'],
    ['../b', 'git@h:x/a', 'git@h:x/b'],
    ['../b', 'git@h:a', 'git@h:b'],
    ['https://other/b', 'https://h/a', 'https://other/b'],
  ])('%s in %s is %s', (url, parent, absolute) => expect(resolveRelative(url, parent)).toBe(absolute));
});

it("a credential's server is the scheme, the host and the port", () => {
  expect(httpOrigin('https://h:1/x')).toBe('https://h:1');
  expect(httpOrigin('git@h:x')).toBeNull();
  expect(sameServer('https://h/x', 'https://H/y')).toBe(true);
  expect(sameServer('https://h/x', 'http://h/x')).toBe(false);
  expect(sameServer('https://h/x', 'https://h:444/x')).toBe(false);
  expect(sameServer('https://h/x', 'https://h.evil/x')).toBe(false);
  expect(sameServer('git@h:x', 'ssh://git@h/y')).toBe(true);
  expect(sameServer('file:///a', 'file:///b')).toBe(false);
});
