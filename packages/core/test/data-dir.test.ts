import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openDataDir } from '../src/adapters/data-dir/open-data-dir.ts';
import { systemClock } from '../src/adapters/system-clock/system-clock.ts';
import { temporaryHost } from './temporary-host.ts';

const clock = systemClock();
const canMount = process.platform === 'linux' && process.getuid?.() === 0;
const flags = ['--disable-warning=ExperimentalWarning']; // Node 22 strips types with a warning of its own
const script = fileURLToPath(new URL('./data-dir-holder.ts', import.meta.url));

describe('openDataDir', () => {
  it('makes the directory for our user alone, with a place that stays the same', async () => {
    await using host = await temporaryHost();
    const path = join(host.dataDir, 'a', 'b');
    const first = await openDataDir(path, { clock });
    expect([first.dir, statSync(path).mode & 0o777]).toEqual([path, 0o700]);
    expect(first.place).toMatch(/^[0-9a-f]{32}$/);
    await first.release();
    await first.release();
    const second = await openDataDir(path, { clock });
    expect(second.place).toBe(first.place);
    await second.release();
    expect(readdirSync(path).sort()).toEqual(['holder.json', 'lock.db', 'place']);
  });

  it('holds it against another opening in the same process, also by another path', async () => {
    await using host = await temporaryHost();
    await using _held = await held(host.dataDir);
    const link = `${host.dataDir}-link`;
    symlinkSync(host.dataDir, link);
    try {
      for (const path of [host.dataDir, link])
        await expect(openDataDir(path, { clock, waitMs: 50 })).rejects.toMatchObject({ code: 'data-dir-locked' });
    } finally {
      rmSync(link);
    }
  });

  it('waits for it, and gets it as soon as it is free', async () => {
    await using host = await temporaryHost();
    const first = await openDataDir(host.dataDir, { clock });
    const second = openDataDir(host.dataDir, { clock });
    await first.release();
    await (await second).release();
  });

  it('is refused while another process holds it, and free at once when that one is killed', async () => {
    await using host = await temporaryHost();
    const holder = spawn(process.execPath, [...flags, script, host.dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
    const place = await firstLine(holder);
    const refused = openDataDir(host.dataDir, { clock, waitMs: 50 });
    await expect(refused).rejects.toMatchObject({ code: 'data-dir-locked', field: 'dataDir' });
    await expect(refused).rejects.toThrow(new RegExp(`held by process ${holder.pid} on .*, since 20`));
    const exited = once(holder, 'exit');
    holder.kill('SIGKILL');
    await exited;
    const mine = await openDataDir(host.dataDir, { clock, waitMs: 0 });
    expect(mine.place).toBe(place);
    await mine.release();
  });

  it('keeps no process alive, prints nothing, and is free after one that never released it', async () => {
    await using host = await temporaryHost();
    const child = await promisify(execFile)(process.execPath, [...flags, script, host.dataDir, 'leave']);
    expect(child).toMatchObject({ stdout: expect.stringMatching(/^[0-9a-f]{32}\n$/), stderr: '' });
    await (await openDataDir(host.dataDir, { clock, waitMs: 0 })).release();
  });

  it('refuses what is not a directory', async () => {
    await using host = await temporaryHost();
    const file = join(host.dataDir, 'file');
    writeFileSync(file, '');
    for (const path of [file, join(file, 'below')])
      await expect(openDataDir(path, { clock })).rejects.toThrow(/is not a directory, .*: give another `dataDir`/);
  });

  it('refuses a place that is not one, and lets go of the lock', async () => {
    await using host = await temporaryHost();
    writeFileSync(join(host.dataDir, 'place'), 'somewhere');
    for (let n = 0; n < 2; n += 1)
      await expect(openDataDir(host.dataDir, { clock, waitMs: 0 })).rejects.toMatchObject({
        code: 'data-dir-unusable',
      });
  });

  it.runIf(canMount)('refuses a full disk and a read-only one', async () => {
    await using host = await temporaryHost();
    const disk = join(host.dataDir, 'disk');
    mkdirSync(disk);
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]).status).toBe(0);
    try {
      spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'filler')}`, 'bs=4k']);
      await expect(openDataDir(disk, { clock })).rejects.toThrow(/is on a full disk: make room/);
      spawnSync('mount', ['-o', 'remount,ro', disk]);
      await expect(openDataDir(disk, { clock })).rejects.toThrow(/is on a read-only file system/);
    } finally {
      spawnSync('umount', ['-l', disk]);
    }
  });
});

const held = async (path: string): Promise<AsyncDisposable> => {
  const { release } = await openDataDir(path, { clock });
  return { [Symbol.asyncDispose]: release };
};

const firstLine = async (child: ChildProcess): Promise<string> => {
  const [chunk] = await once(child.stdout!, 'data');
  return String(chunk).trim();
};
