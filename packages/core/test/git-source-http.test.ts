import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gitServer } from '../../../test/engines/git-server.ts';
import { git, outcomeOf, repositories, sourceOf, spec } from './git-source-repositories.ts';

// A real git server over http, and what can go wrong with it.

const login = { username: 'deploy@example.org', password: `s3cr3t'"$(x) %40` };
const unreachable = { class: 'infrastructure', reason: 'source-unreachable' };
const refused = { class: 'start-failed', reason: 'source-refused' };

it('fetches over http, also without any credential', async () => {
  await using repos = await repositories();
  const repo = await repos.make('r');
  await using server = await gitServer({ root: repos.folder });
  await using on = await sourceOf({});
  const wanted = spec(`${server.url}/r/.git`, 'main');
  const commit = await on.resolve(wanted);
  expect(commit).toBe(await repo.git('rev-parse', 'main'));
  const asked = server.requests.length;
  expect(await git(await on.checkout(wanted, commit), 'log', '--format=%s')).toBe('first');
  expect(await on.resolve({ ...wanted, ref: commit })).toBe(commit);
  expect(server.requests).toHaveLength(asked); // neither needs the network
});

describe('a credential', () => {
  it('is used by reference, and stands in no URL, file or argument', async () => {
    await using repos = await repositories();
    await repos.make('r');
    const seen: string[] = [];
    await using server = await gitServer({
      root: repos.folder,
      login,
      before: () => {
        seen.push(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }));
        return false;
      },
    });
    await using on = await sourceOf({});
    on.credentials.mine = { kind: 'https', ...login };
    const wanted = spec(`${server.url}/r/.git`, 'main', { credential: 'mine' });
    const dir = await on.checkout(wanted, await on.resolve(wanted));
    expect(await git(dir, 'remote', 'get-url', 'origin')).toBe(`${server.url}/r/.git`);
    expect(seen.join()).toContain('git-remote-http');
    for (const text of [...seen, ...on.lines, ...(await allFiles(on.host.dataDir))])
      expect(text).not.toContain('s3cr3t');
  });

  it('that is wrong or missing is refused, and the sentence says by whom', async () => {
    await using repos = await repositories();
    await repos.make('r');
    await using server = await gitServer({ root: repos.folder, login });
    await using on = await sourceOf({});
    on.credentials.wrong = { kind: 'https', username: 'x', password: 'y' };
    const url = `${server.url}/r/.git`;
    const sentence = expect.stringContaining(url);
    expect(await outcomeOf(on.resolve(spec(url)))).toMatchObject({ ...refused, sentence });
    expect(await outcomeOf(on.resolve(spec(url, null, { credential: 'wrong' })))).toMatchObject(refused);
  });

  it('is never sent to another server, also when the repository redirects to it', async () => {
    await using repos = await repositories();
    await repos.make('r');
    const stolen: string[] = [];
    await using thief = await gitServer({
      root: repos.folder,
      before: (request, response) => {
        if (request.headers.authorization) stolen.push(request.headers.authorization);
        response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
        return true;
      },
    });
    await using server = await gitServer({
      root: repos.folder,
      before: (request, response) => {
        response.writeHead(302, { location: `${thief.url}${request.url}` }).end();
        return true;
      },
    });
    await using on = await sourceOf({});
    on.credentials.mine = { kind: 'https', ...login };
    expect(await outcomeOf(on.resolve(spec(`${server.url}/r/.git`, null, { credential: 'mine' })))).toMatchObject(
      refused,
    );
    expect(thief.requests).not.toEqual([]);
    expect(stolen).toEqual([]);
  });

  it('is what opens a mirror: a commit that is here is no secret only to those who were let in', async () => {
    await using repos = await repositories();
    await repos.make('r');
    await using server = await gitServer({ root: repos.folder, login });
    await using on = await sourceOf({});
    on.credentials.mine = { kind: 'https', ...login };
    const wanted = spec(`${server.url}/r/.git`, 'main', { credential: 'mine' });
    const commit = await on.resolve(wanted);
    expect(await outcomeOf(on.resolve({ ...wanted, ref: commit, credential: null }))).toMatchObject(refused);
    expect(await outcomeOf(on.checkout({ ...wanted, credential: null }, commit))).toMatchObject(refused);
  });

  it('of another kind than the url is refused with a sentence', async () => {
    await using on = await sourceOf({});
    on.credentials.key = { kind: 'ssh', privateKey: 'x' };
    expect(await outcomeOf(on.resolve(spec('https://127.0.0.1:1/x', null, { credential: 'key' })))).toMatchObject({
      class: 'start-failed',
      reason: 'invalid-source',
    });
  });

  it('that cannot be read is not the fault of the job', async () => {
    await using on = await sourceOf({});
    expect(await outcomeOf(on.resolve(spec('https://127.0.0.1:1/x', null, { credential: 'none' })))).toMatchObject(
      unreachable,
    );
  });
});

describe('is infrastructure, and tried again', () => {
  it('a refused connection', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    server.close();
    await using on = await sourceOf({});
    expect(await outcomeOf(on.resolve(spec(`http://127.0.0.1:${port}/x`)))).toMatchObject({
      ...unreachable,
      sentence: expect.stringContaining(`127.0.0.1:${port}/x could not be reached. git says: fatal:`),
    });
    expect(await outcomeOf(on.resolve(spec(`ssh://git@127.0.0.1:${port}/x`)))).toMatchObject(unreachable);
    expect(await outcomeOf(on.resolve(spec(`git://127.0.0.1:${port}/x`)))).toMatchObject(unreachable);
  });

  it('a host that is not known', async () => {
    await using on = await sourceOf({});
    expect(await outcomeOf(on.resolve(spec('http://nowhere.invalid/x')))).toMatchObject(unreachable);
  });

  it.each([500, 502, 503, 429])('status %i', async (status) => {
    await using server = await gitServer({
      root: '/',
      before: (_, response) =>
        !!response.writeHead(status, { 'content-type': 'text/plain' }).end('repository not found'),
    });
    await using on = await sourceOf({});
    expect(await outcomeOf(on.resolve(spec(`${server.url}/x`)))).toMatchObject(unreachable);
  });

  it('a connection that is cut', async () => {
    await using server = await gitServer({ root: '/', before: (request) => !!request.socket.destroy() });
    await using on = await sourceOf({});
    expect(await outcomeOf(on.resolve(spec(`${server.url}/x`)))).toMatchObject(unreachable);
  });

  it('a server that stops answering', async () => {
    await using server = await gitServer({ root: '/', before: () => true });
    await using on = await sourceOf({ timeoutMs: 300 });
    expect(await outcomeOf(on.resolve(spec(`${server.url}/x`)))).toMatchObject({
      ...unreachable,
      sentence: expect.stringContaining('stopped answering'),
    });
  });

  it('something that is not a git server', async () => {
    await using server = await gitServer({
      root: '/',
      before: (_, response) => !!response.end('<html>maintenance</html>'),
    });
    await using on = await sourceOf({});
    expect(await outcomeOf(on.resolve(spec(`${server.url}/x`)))).toMatchObject(unreachable);
  });
});

it.each([403, 404])('status %i is a refusal', async (status) => {
  await using server = await gitServer({ root: '/', before: (_, response) => !!response.writeHead(status).end() });
  await using on = await sourceOf({});
  expect(await outcomeOf(on.resolve(spec(`${server.url}/x`)))).toMatchObject(refused);
});

describe('a server that hangs', () => {
  it('aborting ends the wait with the reason, and git with it', async () => {
    const request = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    await using server = await gitServer({
      root: '/',
      before: (incoming) => {
        incoming.socket.once('close', () => closed.resolve());
        request.resolve();
        return true;
      },
    });
    await using on = await sourceOf({});
    const stop = new AbortController();
    const resolving = on.resolve(spec(`${server.url}/x`), stop.signal);
    await request.promise;
    stop.abort(new Error('cancelled'));
    await expect(resolving).rejects.toThrow('cancelled');
    await closed.promise; // git is gone
    await on.source.close?.();
    expect(await readdir(join(on.host.dataDir, 'mirrors'))).toEqual(['.runyard']);
  });

  it('close ends it as well', async () => {
    const request = Promise.withResolvers<void>();
    await using server = await gitServer({ root: '/', before: async () => request.resolve() ?? true });
    await using on = await sourceOf({});
    const resolving = expect(on.resolve(spec(`${server.url}/x`))).rejects.toMatchObject({ code: 'closed' });
    await request.promise;
    await on.source.close?.();
    await resolving;
  });
});

describe('concurrent starts of one repository', () => {
  it('share one fetch', async () => {
    await using repos = await repositories();
    const repo = await repos.make('r');
    await using server = await gitServer({ root: repos.folder });
    await using on = await sourceOf({});
    const commits = await Promise.all(
      Array.from({ length: 20 }, () => on.resolve(spec(`${server.url}/r/.git`, 'main'))),
    );
    expect(new Set(commits)).toEqual(new Set([await repo.git('rev-parse', 'main')]));
    expect(server.fetches()).toBe(1);
  });

  it('whoever comes after a fetch began gets the next one, and so sees what was pushed meanwhile', async () => {
    await using repos = await repositories();
    const repo = await repos.make('r');
    const first = await repo.git('rev-parse', 'main');
    const packAsked = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    await using server = await gitServer({ root: repos.folder });
    let held = false;
    // The first fetch hears of the commits that there were before the push, and only after it.
    await using slow = await gitServer({
      root: repos.folder,
      before: async (request, response) => {
        if (held || !request.url?.includes('info/refs')) return false;
        held = true;
        packAsked.resolve();
        await goOn.promise;
        response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' });
        return !!response.end(Buffer.from(oldRefs));
      },
    });
    // In the old protocol, where a server lists its refs at once.
    const oldRefs = await (await fetch(`${server.url}/r/.git/info/refs?service=git-upload-pack`)).arrayBuffer();
    await using on = await sourceOf({});
    const wanted = spec(`${slow.url}/r/.git`, 'main');
    const early = on.resolve(wanted);
    await packAsked.promise;
    const second = await repo.commit({ 'a.txt': '2' });
    const late = [on.resolve(wanted), on.resolve(wanted)];
    goOn.resolve();
    expect(await early).toBe(first);
    expect(await Promise.all(late)).toEqual([second, second]);
    expect(slow.fetches()).toBe(2);
  });

  it('aborting one leaves the others their fetch', async () => {
    await using repos = await repositories();
    const repo = await repos.make('r');
    const asked = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    await using server = await gitServer({
      root: repos.folder,
      before: async () => {
        asked.resolve();
        await goOn.promise;
        return false;
      },
    });
    await using on = await sourceOf({});
    const stop = new AbortController();
    const wanted = spec(`${server.url}/r/.git`, 'main');
    const aborted = on.resolve(wanted, stop.signal);
    const kept = on.resolve(wanted);
    await asked.promise;
    stop.abort(new Error('mine only'));
    await expect(aborted).rejects.toThrow('mine only');
    goOn.resolve();
    expect(await kept).toBe(await repo.git('rev-parse', 'main'));
    expect(server.fetches()).toBe(1);
  });
});

async function allFiles(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries.filter((each) => each.isFile()).map((each) => readFile(join(each.parentPath, each.name), 'latin1')),
  );
}
