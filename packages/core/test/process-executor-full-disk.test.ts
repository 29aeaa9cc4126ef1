import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { processExecutor } from '../src/adapters/process-executor/process-executor.ts';
import type { Executor } from '../src/ports/executor.ts';
import { commandLaunch, removeAll } from './support/process-attempts.ts';
import { temporaryHost } from './temporary-host.ts';

const { signal } = new AbortController();
const canMount = process.platform === 'linux' && process.getuid?.() === 0;

describe.runIf(canMount)('a disk that fills up between prepare and start', () => {
  it('takes no claim: the start is refused for now, and a later one runs the attempt', async () => {
    await using outer = await temporaryHost();
    using disk = tinyDisk(join(outer.dataDir, 'disk'));
    const host = { ...outer, dataDir: disk.dir };
    const executor: Executor = processExecutor()(host);
    await executor.place(signal);
    const launch = commandLaunch('exit 5');
    const handle = await executor.prepare(launch, signal);

    disk.fill();
    await expect(executor.start(handle, { launch, signal })).rejects.toMatchObject({ code: 'executor-unavailable' });
    expect(await executor.inspect(handle, signal)).toEqual({ state: 'prepared' });

    disk.empty();
    await executor.start(handle, { launch, signal });
    expect(await executor.wait(handle, { signal, onProgress: () => {} })).toMatchObject({ class: 'exited', code: 5 });
    await removeAll(host);
    await executor.close?.();
  });
});

const tinyDisk = (dir: string) => {
  mkdirSync(dir);
  command('mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', dir);
  const filler = join(dir, 'filler');
  return {
    dir,
    fill() {
      const file = openSync(filler, 'w');
      try {
        for (;;) writeSync(file, Buffer.alloc(4096));
      } catch {
        // Full.
      } finally {
        closeSync(file);
      }
    },
    empty: () => rmSync(filler),
    [Symbol.dispose]: () => command('umount', '-l', dir),
  };
};

const command = (name: string, ...args: string[]): void => {
  const { status, stderr } = spawnSync(name, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${name} ${args.join(' ')}: ${stderr}`);
};
