import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { gitServer } from '../../../test/engines/git-server.ts';
import { repositories, sourceOf, spec } from './git-source-repositories.ts';

// kill -9 of a host while git works for it.

const script = fileURLToPath(new URL('./git-source-child.ts', import.meta.url));

it.each(['first', 'later'])(
  'a host that is killed during its %s fetch leaves nothing that hinders the next',
  async (which) => {
    await using repos = await repositories();
    const repo = await repos.make('r');
    const fetching = Promise.withResolvers<void>();
    let hold = false;
    await using server = await gitServer({
      root: repos.folder,
      before: (request) => {
        if (!hold || request.method !== 'POST') return false;
        fetching.resolve();
        return true;
      },
    });
    await using on = await sourceOf({});
    const url = `${server.url}/r/.git`;
    if (which === 'later') await on.resolve(spec(url));
    const commit = await repo.commit({ 'a.txt': '2' });

    hold = true;
    const child = spawn(process.execPath, [script, on.host.dataDir, url], { stdio: 'inherit' });
    await fetching.promise;
    child.kill('SIGKILL');
    await once(child, 'exit');
    hold = false;

    await using next = await sourceOf({ dir: join(on.host.dataDir, 'mirrors') });
    expect(await next.resolve(spec(url, 'main'))).toBe(commit);
    expect(await next.checkout(spec(url), commit)).toBeDefined();
    const left = await readdir(join(on.host.dataDir, 'mirrors'));
    expect(left.filter((name) => name !== '.runyard' && name.length !== 64)).toEqual([]);
  },
);

it('locks of a git that was killed with its host are removed without a wait', async () => {
  await using repos = await repositories();
  const repo = await repos.make('r');
  await using on = await sourceOf();
  await on.resolve(spec(repo.url));
  const root = join(on.host.dataDir, 'mirrors');
  const [mirror = ''] = (await readdir(root)).filter((name) => name.length === 64);
  const lock = join(root, mirror, 'refs/heads/main.lock');
  await writeFile(lock, '');
  await utimes(lock, new Date(0), new Date(0));
  const commit = await repo.commit({ 'a.txt': '2' });
  await using next = await sourceOf({ allowFileUrls: true, dir: root });
  const began = performance.now();
  expect(await next.resolve(spec(repo.url, 'main'))).toBe(commit);
  expect(performance.now() - began).toBeLessThan(2000); // git's own wait for a lock
});
