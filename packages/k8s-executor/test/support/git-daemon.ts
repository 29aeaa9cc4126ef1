import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Repositories of one commit each, served on loopback. */
export interface GitDaemon extends AsyncDisposable {
  /** A repository with these files. */
  repository(files: Readonly<Record<string, string>>): { url: string; commit: string };
}

export const gitDaemon = async (): Promise<GitDaemon> => {
  const dir = mkdtempSync(join(tmpdir(), 'git-'));
  const port = await freePort();
  const args = [
    'daemon',
    '--export-all',
    `--base-path=${dir}`,
    '--listen=127.0.0.1',
    `--port=${port}`,
    '--reuseaddr',
    dir,
  ];
  const daemon = spawn('git', args, { stdio: 'ignore', detached: true });
  await listening(port);
  let made = 0;
  return {
    repository(files) {
      const name = `r${made++}`;
      const at = join(dir, name);
      mkdirSync(at);
      const git = (...words: string[]): string =>
        execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...words], {
          cwd: at,
          encoding: 'utf8',
        });
      git('init', '-q', '-b', 'main');
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(join(at, path, '..'), { recursive: true });
        writeFileSync(join(at, path), text);
      }
      git('add', '-A');
      git('commit', '-q', '-m', 'all of it');
      return { url: `git://127.0.0.1:${port}/${name}`, commit: git('rev-parse', 'HEAD').trim() };
    },
    async [Symbol.asyncDispose]() {
      const ended = once(daemon, 'exit');
      // git starts the daemon proper as its child.
      if (daemon.pid !== undefined) process.kill(-daemon.pid, 'SIGTERM');
      await ended;
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
};

const listening = async (port: number): Promise<void> => {
  for (let tries = 0; ; tries++) {
    const socket = createConnection({ port, host: '127.0.0.1' });
    try {
      await once(socket, 'connect');
      return;
    } catch (error) {
      if (tries > 200) throw error;
      await sleep(50);
    } finally {
      socket.destroy();
    }
  }
};
