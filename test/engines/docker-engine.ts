import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const script = resolve(import.meta.dirname, 'docker.sh');

/** Whether a Docker engine can be started here. Where not, tests are skipped by name; CI lets none of those skips pass. */
export const dockerRuns: boolean =
  process.platform === 'linux' && process.getuid?.() === 0 && ['/usr/sbin/dockerd', '/usr/bin/busybox'].every(present);

function present(path: string): boolean {
  return existsSync(path) || existsSync(path.replace('/usr', ''));
}

export interface DockerOptions {
  /** What runs goes on while the engine is away. Default true. */
  liveRestore?: boolean;
  /** The list of devices of the fake NVIDIA driver behind the engine; absent: it has none. */
  fakeGpus?: string;
}

/** A Docker engine of its own. */
export interface DockerEngine {
  /** Its socket's path. */
  readonly socket: string;
  /** Its folder; `log` in it is the engine's own, `gpu-calls.jsonl` that of the fake driver. */
  readonly dir: string;
  readonly images: { readonly busybox: string; readonly tools: string };
  /** Ends the engine, and resolves when it is gone. With live-restore what runs goes on. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts it again; resolves when it answers. */
  begin(): Promise<void>;
  /** Takes everything away: its containers, mounts and folder. */
  [Symbol.asyncDispose](): Promise<void>;
}

export const startDocker = async ({ liveRestore = true, fakeGpus }: DockerOptions = {}): Promise<DockerEngine> => {
  const dir = await mkdtemp(join(tmpdir(), 'd-'));
  const env = { ...process.env, LIVE_RESTORE: liveRestore ? '1' : '0', ...(fakeGpus && { FAKE_GPUS: fakeGpus }) };
  const run = async (verb: 'up' | 'down'): Promise<void> => {
    await promisify(execFile)(script, [verb, dir], { env });
  };
  await run('up').catch(async (error: unknown) => {
    await run('down').catch(() => {}); // the first fault is the one to tell
    throw error;
  });
  return {
    socket: join(dir, 'docker.sock'),
    dir,
    images: { busybox: 'runyard/busybox:1', tools: 'runyard/tools:1' },
    async end(signal) {
      const pid = Number(await readFile(join(dir, 'docker.pid'), 'utf8'));
      process.kill(pid, signal);
      while (lives(pid)) await sleep(10);
    },
    begin: () => run('up'),
    [Symbol.asyncDispose]: () => run('down'),
  };
};

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
