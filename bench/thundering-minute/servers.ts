import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Server {
  url: string;
  stop(): Promise<void>;
}

/** Fresh, empty, on a loopback port of its own, with its files in a temporary folder. Throws a sentence where it is not installed. */
export const startServer = (kind: 'redis' | 'postgres'): Promise<Server> =>
  kind === 'redis' ? startRedis() : startPostgres();

const startRedis = async (): Promise<Server> => {
  const dir = await mkdtemp(join(tmpdir(), 'runyard-bench-redis-'));
  const port = await freePort();
  const options = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', dir, '--appendonly', 'yes'];
  const child = spawn('redis-server', options, { stdio: 'ignore' });
  const stop = (): Promise<void> => end(child, dir);
  await started(child, 'redis-server', stop, () =>
    run('redis-cli', ['-p', `${port}`, 'ping']).then(({ stdout }) => stdout.includes('PONG')),
  );
  return { url: `redis://127.0.0.1:${port}`, stop };
};

const startPostgres = async (): Promise<Server> => {
  const dir = await mkdtemp(join(tmpdir(), 'runyard-bench-postgres-'));
  const port = await freePort();
  const user = await unprivileged();
  if (user) await chown(dir, user.uid, user.gid);
  const options = { ...user, cwd: dir, env: { ...process.env, PATH: postgresPath() } };
  const data = join(dir, 'data');
  await run('initdb', ['-D', data, '-U', 'postgres', '--auth=trust', '--no-locale', '-E', 'UTF8'], options);
  const child = spawn('postgres', ['-D', data, '-p', `${port}`, '-h', '127.0.0.1', '-k', dir], {
    ...options,
    stdio: 'ignore',
  });
  const stop = (): Promise<void> => end(child, dir);
  await started(child, 'postgres', stop, () =>
    run('pg_isready', ['-h', '127.0.0.1', '-p', `${port}`], options).then(() => true),
  );
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, stop };
};

// PostgreSQL refuses to run as root.
const unprivileged = async (): Promise<{ uid: number; gid: number } | null> => {
  if (process.getuid?.() !== 0) return null;
  const id = (flag: string): Promise<number> =>
    run('id', [flag, 'postgres']).then(
      ({ stdout }) => Number(stdout),
      () => 65_534,
    );
  return { uid: await id('-u'), gid: await id('-g') };
};

// Debian keeps the server's own programs off the path.
const postgresPath = (): string =>
  [process.env.PATH, ...[18, 17, 16, 15, 14].map((version) => `/usr/lib/postgresql/${version}/bin`)].join(delimiter);

const started = async (
  child: ChildProcess,
  name: string,
  stop: () => Promise<void>,
  ready: () => Promise<boolean>,
): Promise<void> => {
  const failed = once(child, 'error').then(([error]) => Promise.reject(error));
  try {
    await Promise.race([failed, untilReady(name, ready)]);
  } catch (error) {
    await stop();
    throw error;
  }
};

const untilReady = async (name: string, ready: () => Promise<boolean>): Promise<void> => {
  for (let tries = 0; tries < 100; tries++) {
    if (await ready().catch(() => false)) return;
    await sleep(100);
  }
  throw new Error(`${name} did not answer within 10 s.`);
};

const end = async (child: ChildProcess, dir: string): Promise<void> => {
  if (child.pid !== undefined && child.exitCode === null) {
    const gone = once(child, 'exit');
    child.kill('SIGINT'); // PostgreSQL's fast shutdown
    await gone;
  }
  await rm(dir, { recursive: true, force: true });
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
};
