import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { gitSource } from '../src/adapters/git-source/git-source.ts';
import { ManualClock } from '../src/testing/manual-clock/manual-clock.ts';
import { repositories, sourceOf, spec } from './git-source-repositories.ts';
import { temporaryHost } from './temporary-host.ts';

const day = 86_400_000;
const signal = new AbortController().signal;
const options = { signal, credential: () => Promise.reject(new Error('none')), log: () => {} };

const onClock = async () => {
  const host = await temporaryHost();
  const clock = new ManualClock({ now: Date.now() });
  const source = gitSource({ allowFileUrls: true })({ ...host, clock });
  const mirrors = async () =>
    (await readdir(join(host.dataDir, 'mirrors'))).filter((name) => name !== '.runyard').length;
  return {
    host,
    clock,
    source,
    mirrors,
    resolve: async (url: string) => (await source.resolve(spec(url), options)).commit,
    prune: async () => source.prune?.(signal),
    async [Symbol.asyncDispose]() {
      await source.close?.();
      await host[Symbol.asyncDispose]();
    },
  };
};

it('a mirror that nobody has used for 30 days is removed, and fetched anew when it is needed', async () => {
  await using repos = await repositories();
  const [used, unused] = [await repos.make('used'), await repos.make('unused')];
  await using on = await onClock();
  const commit = await on.resolve(unused.url);
  await on.resolve(used.url);
  await on.clock.advance(29 * day);
  await on.resolve(used.url);
  await on.prune();
  expect(await on.mirrors()).toBe(2);
  await on.clock.advance(2 * day);
  await on.prune();
  expect(await on.mirrors()).toBe(1);
  const dir = join(on.host.dataDir, 'checkout');
  await on.source.checkout(spec(unused.url), commit, dir, options);
  expect(await readFile(join(dir, 'a.txt'), 'utf8')).toBe('a\n');
  expect(await on.mirrors()).toBe(2);
});

it('a checkout counts as a use, and what came from a mirror stands by itself', async () => {
  await using repos = await repositories();
  const repo = await repos.make('r');
  await using on = await onClock();
  const commit = await on.resolve(repo.url);
  await on.clock.advance(29 * day);
  const dir = join(on.host.dataDir, 'checkout');
  await on.source.checkout(spec(repo.url), commit, dir, options);
  await on.clock.advance(29 * day);
  await on.prune();
  expect(await on.mirrors()).toBe(1);
  await on.clock.advance(2 * day);
  await on.prune();
  expect(await on.mirrors()).toBe(0);
  expect(await readFile(join(dir, '.git', 'HEAD'), 'utf8')).toContain(commit);
  expect(await readFile(join(dir, 'a.txt'), 'utf8')).toBe('a\n');
});

it('pruning beside fetches and checkouts takes nothing away from under them', async () => {
  await using repos = await repositories();
  const repo = await repos.make('r');
  await using on = await sourceOf({ allowFileUrls: true, keepUnusedMs: 0 });
  const commit = await on.resolve(spec(repo.url));
  let over = false;
  const pruning = (async () => {
    while (!over) await on.source.prune?.(signal);
  })();
  for (let n = 0; n < 10; n++) {
    const [found, dir] = await Promise.all([on.resolve(spec(repo.url)), on.checkout(spec(repo.url), commit)]);
    expect(found).toBe(commit);
    expect(await readFile(join(dir, 'a.txt'), 'utf8')).toBe('a\n');
  }
  over = true;
  await pruning;
});

it('a key that a killed host left is removed although nothing is fetched any more', async () => {
  await using on = await onClock();
  const keys = join(on.host.dataDir, 'mirrors', '.runyard', 'keys');
  await mkdir(join(keys, 'of-one-git'), { recursive: true });
  await writeFile(join(keys, 'of-one-git', 'key'), 'PRIVATE');
  await on.prune();
  expect(await readdir(keys)).toEqual([]);
});
