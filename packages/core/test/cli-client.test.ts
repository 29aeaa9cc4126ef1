import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mintToken } from '../src/access/token.ts';
import { type CliHost, cliHost } from './support/cli-host.ts';
import { runyardAt } from './support/terminal.ts';

let host: CliHost;
let home: string;
const reader = mintToken({ name: 'reader', scopes: ['jobs:read'] });
const writer = mintToken({ name: 'writer', scopes: ['admin'] });
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'runyard-cli-'));
  host = await cliHost({ tokens: [reader.record, writer.record] });
  host.env.RUNYARD_TOKEN = writer.token;
  await host.call('POST', '/api/jobs', {
    headers: { authorization: `token ${writer.token}` },
    body: { name: 'nightly', command: 'true', owner: 'group:etl' },
  });
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
  await rm(home, { recursive: true });
});

describe('exit codes of a call', () => {
  it.each([
    ['64 without a server', { RUNYARD_URL: '' }, 64, 'Say which server'],
    ['64 without a token', { RUNYARD_TOKEN: '' }, 64, 'Give a token'],
    ['64 with a URL that is none', { RUNYARD_URL: 'nonsense' }, 64, 'must be one of http or https'],
    ['64 with a password in the URL', { RUNYARD_URL: 'http://a:geheim@127.0.0.1/api' }, 64, 'has a user or password'],
    ['77 with a token that is none', { RUNYARD_TOKEN: 'ryd_wrong' }, 77, 'not valid, or not any more: give another'],
    ['69 where there is no such host', { RUNYARD_URL: 'http://nowhere.invalid/api' }, 69, 'cannot be reached'],
  ])('%s', async (_, env, exit, sentence) => {
    const said = await runyardAt({ env: { ...host.env, ...env } }, 'jobs', '--patience', '0');
    expect(said).toMatchObject({ exit, out: '', err: expect.stringContaining(sentence) });
    expect(said.err).not.toMatch(/geheim|ryd_wrong/);
  });

  it('69 where nobody answers', async () => {
    const gone = await answering(() => undefined);
    await gone[Symbol.asyncDispose]();
    const said = await runyardAt({ env: { ...host.env, RUNYARD_URL: gone.origin } }, 'jobs', '--patience', '0');
    expect(said).toMatchObject({ exit: 69, err: `runyard: ${gone.origin} cannot be reached (ECONNREFUSED).\n` });
  });

  it('77 where the token does not allow it, with the right that is missing', async () => {
    const env = { ...host.env, RUNYARD_TOKEN: reader.token };
    expect((await runyardAt({ env }, 'jobs')).exit).toBe(0);
    const said = await runyardAt({ env, stdin: 'name: a\ncommand: b\n' }, 'apply', '-f', '-');
    expect(said).toMatchObject({ exit: 77, err: expect.stringContaining('jobs:write') });
  });

  it('1 with the sentence of the server, also as JSON', async () => {
    expect(await host.cli('jobs', 'get', 'nope')).toMatchObject({
      exit: 1,
      err: 'runyard: There is no job nope, or you may not see it.\n',
    });
    const { exit, out, err } = await host.cli('jobs', 'get', 'nope', '--json');
    expect({ exit, err, error: JSON.parse(out).error.code }).toEqual({ exit: 1, err: '', error: 'job-not-found' });
  });

  it('1 and a hint where something else than Runyard answers', async () => {
    const said = await runyardAt({ env: { ...host.env, RUNYARD_URL: host.origin } }, 'jobs');
    expect(said).toMatchObject({
      exit: 1,
      err: expect.stringMatching(/There is no GET .* It ends with the base path/),
    });
    await using other = await answering((_, response) => response.writeHead(404).end('<html>'));
    const elsewhere = await runyardAt({ env: { ...host.env, RUNYARD_URL: other.origin } }, 'jobs');
    expect(elsewhere).toMatchObject({ exit: 1, err: expect.stringContaining('It ends with the base path') });
  });
});

it("shows nobody's control characters to the terminal, and says them in JSON", async () => {
  const description = '\u001b[2J\u001b]0;gone\u0007a\u009bb';
  const made = await host.call('POST', '/api/jobs', {
    headers: { authorization: `token ${writer.token}` },
    body: { name: 'loud', command: 'true', description },
  });
  const { id } = (await made.json()) as { id: string };
  const got = await runyardAt({ env: host.env, colors: true }, 'jobs', 'get', id);
  expect(got.out).toContain('\\x1b[2J\\x1b]0;gone\\x07a\\x9bb');
  expect(got.out).toContain('\u001b[2mstopped\u001b[0m');
  const refused = await host.cli('jobs', 'get', 'no\u001b[2J');
  const json = await host.cli('jobs', 'get', id, '--json');
  for (const { out, err } of [got, refused, json])
    for (const control of ['\u001b[2J', '\u001b]', '\u0007', '\u009b']) expect(out + err).not.toContain(control);
  expect(JSON.parse(json.out).job.description).toBe(description);
  await host.runyard.jobs.remove(id);
});

it('does not take an owner for one of runs', async () => {
  expect(await host.cli('runs', '--owner', 'group:etl')).toMatchObject({
    exit: 64,
    err: expect.stringContaining('--job'),
  });
  expect((await host.cli('runs', '--owner', 'group:etl', '--job', 'nightly')).exit).toBe(0);
});

it('a token is not sent where a redirect points to', async () => {
  const asked: (string | undefined)[] = [];
  await using thief = await answering((request, response) => {
    asked.push(request.headers.authorization);
    response.end('{"jobs":[]}');
  });
  await using redirecting = await answering((_, response) => response.writeHead(302, { location: thief.origin }).end());
  const said = await runyardAt({ env: { ...host.env, RUNYARD_URL: redirecting.origin } }, 'jobs');
  expect({ ...said, asked }).toMatchObject({
    exit: 1,
    err: expect.stringContaining(`points to ${thief.origin}`),
    asked: [],
  });
});

it('gives a server that is there and does not answer no second time, unless it is patient', async () => {
  let asked = 0;
  await using silent = await answering(() => {
    asked++;
  });
  const { createClient } = await import('../src/cli/client/client.ts');
  const ask = (patienceMs: number) =>
    createClient({ url: silent.origin, token: 'x', patienceMs }).send('GET', '/jobs', {
      repeatable: true,
      longestMs: 300,
    });
  await expect(ask(200)).rejects.toThrow(/did not answer in time/);
  expect(asked).toBe(1);
  await expect(ask(700)).rejects.toThrow(/did not answer/);
  expect(asked).toBeGreaterThan(2);
});

it('asks again while the server cannot be reached, for as long as --patience says', async () => {
  let calls = 0;
  await using late = await answering((_, response) => response.writeHead(++calls < 3 ? 503 : 200).end('{"jobs":[]}'));
  const env = { ...host.env, RUNYARD_URL: late.origin };
  expect(await runyardAt({ env }, 'jobs', '--patience', '0')).toMatchObject({
    exit: 69,
    err: expect.stringContaining('answered 503'),
  });
  expect(calls).toBe(1);
  expect((await runyardAt({ env }, 'jobs')).exit).toBe(0);
});

it('does not repeat what is not the same when it is done twice', async () => {
  const calls: string[] = [];
  await using breaking = await answering((request, response) => {
    calls.push(request.method ?? '');
    response.destroy();
  });
  const { createClient } = await import('../src/cli/client/client.ts');
  const client = createClient({ url: breaking.origin, token: 'x', patienceMs: 1_000 });
  await expect(client.send('POST', '/jobs', { body: {} })).rejects.toThrow(/cannot be reached/);
  expect(calls).toEqual(['POST']);
  await expect(client.get('/jobs')).rejects.toThrow(/cannot be reached/);
  expect(calls.length).toBeGreaterThan(2);
});

describe('what runyard login stores', () => {
  const config = (): string => join(home, '.config/runyard/config.json');
  const login = (...argv: string[]) =>
    runyardAt({ env: { HOME: home }, stdin: `${writer.token}\n` }, 'login', '--url', `${host.origin}/api/`, ...argv);
  const jobs = (...argv: string[]) => runyardAt({ env: { HOME: home } }, 'jobs', '--patience', '0', ...argv);

  it('is for its owner alone, and used from then on', async () => {
    expect((await jobs()).exit).toBe(64);
    const said = await login();
    expect(said).toMatchObject({ exit: 0, out: expect.stringContaining(config()) });
    expect(JSON.stringify(said)).not.toContain(writer.token);
    expect((await stat(config())).mode & 0o777).toBe(0o600);
    expect((await stat(join(home, '.config/runyard'))).mode & 0o777).toBe(0o700);
    expect(await jobs()).toMatchObject({ exit: 0, out: expect.stringContaining('nightly') });
  });

  it('is refused where others may read it, with what to do', async () => {
    await login();
    await chmod(config(), 0o640);
    expect(await jobs()).toMatchObject({ exit: 77, out: '', err: expect.stringContaining(`chmod 600 ${config()}`) });
    expect((await login()).exit).toBe(77);
    await chmod(config(), 0o600);
    expect((await jobs()).exit).toBe(0);
  });

  it('is not sent to another server than it was stored for', async () => {
    await login();
    const asked: string[] = [];
    await using other = await answering((request, response) => {
      asked.push(String(request.headers.authorization));
      response.end('{"jobs":[]}');
    });
    const said = await jobs('--url', other.origin);
    expect({ ...said, asked }).toMatchObject({ exit: 64, err: expect.stringContaining('is not sent to'), asked: [] });
  });

  it('is not stored where something else than Runyard answers, with how an address ends', async () => {
    await using other = await answering((_, response) => response.end('{"status":"ok"}'));
    for (const url of [host.origin, other.origin]) {
      const said = await runyardAt(
        { env: { HOME: join(home, 'nobody') }, stdin: writer.token },
        ...['login', '--url', url],
      );
      expect(said).toMatchObject({ exit: 1, err: expect.stringContaining('It ends with the base path') });
    }
    await expect(stat(join(home, 'nobody'))).rejects.toThrow('ENOENT');
  });

  it('is asked for on a terminal, which shows nothing of it', async () => {
    const main = new URL('../src/cli/main.ts', import.meta.url).pathname;
    const words = [process.execPath, main, 'login', '--url', `${host.origin}/api`].map((word) => `'${word}'`).join(' ');
    // `script` gives it a terminal of its own.
    const child = spawn('script', ['--quiet', '--return', '--command', words, '/dev/null'], {
      env: { PATH: process.env.PATH, HOME: join(home, 'typed'), NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let shown = '';
    for await (const chunk of child.stdout) {
      shown += chunk;
      if (/Token for .*: $/.test(shown)) child.stdin.write(`${writer.token}\r`);
    }
    expect(shown).toContain('Stored in');
    expect(shown).not.toContain(writer.token.slice(4));
    expect(await readFile(join(home, 'typed/.config/runyard/config.json'), 'utf8')).toContain(writer.token);
  });

  it('is looked for below XDG_CONFIG_HOME', async () => {
    const env = { HOME: '/nonexistent', XDG_CONFIG_HOME: join(home, 'xdg') };
    await mkdir(join(home, 'xdg/runyard'), { recursive: true });
    const file = join(home, 'xdg/runyard/config.json');
    await writeFile(file, JSON.stringify({ url: `${host.origin}/api`, token: writer.token }), { mode: 0o600 });
    expect((await runyardAt({ env }, 'jobs')).exit).toBe(0);
    await writeFile(file, `${writer.token}`);
    const said = await runyardAt({ env }, 'jobs');
    expect(said).toMatchObject({ exit: 64, err: expect.stringContaining('must be JSON') });
    expect(said.err).not.toContain(writer.token);
  });

  it('is only stored when the server takes the token', async () => {
    const before = await readFile(config(), 'utf8');
    const said = await runyardAt({ env: { HOME: home }, stdin: 'ryd_wrong' }, 'login', '--url', `${host.origin}/api`);
    expect(said.exit).toBe(77);
    expect(await readFile(config(), 'utf8')).toBe(before);
  });

  it('may come from a file instead, which holds one token', async () => {
    const file = join(home, 'token');
    await writeFile(file, `${writer.token}\n`);
    const env = { ...host.env, RUNYARD_TOKEN: '' };
    expect((await runyardAt({ env, cwd: home }, 'jobs', '--token-file', 'token')).exit).toBe(0);
    await writeFile(file, 'two words');
    expect(await runyardAt({ env, cwd: home }, 'jobs', '--token-file', 'token')).toMatchObject({
      exit: 64,
      err: expect.not.stringContaining('two words'),
    });
  });
});

const answering = async (listener: Parameters<typeof createServer>[1]) => {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
