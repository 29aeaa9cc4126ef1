import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs, { appendFile, mkdir, open, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { fileLogStore } from '../src/adapters/file-log-store/file-log-store.ts';
import { linesBackwards, linesFrom } from '../src/adapters/file-log-store/lines.ts';
import type { LogWriter, NewLogEntry } from '../src/ports/log-store.ts';
import { all } from './all.ts';
import { temporaryHost } from './temporary-host.ts';

const runId = 'b'.repeat(32);
const key = `${runId}.2`;
const capBytes = 2 ** 30;
const never = new AbortController().signal;
const entry = (n: number): NewLogEntry => ({ at: n, stream: 'stdout', text: `line ${n}\n`, sourceCursor: `s${n}` });

const fileOf = (dataDir: string) => join(dataDir, 'logs', 'bb', runId, '2.jsonl');

// `count` 0: until it is killed.
function writeInAnotherProcess(dataDir: string, count: number, under: string[] = []): ChildProcess & Disposable {
  const script = fileURLToPath(new URL('./file-log-store-child.ts', import.meta.url));
  const [command = '', ...args] = [...under, process.execPath, script, dataDir, key, String(count)];
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  return Object.assign(child, { [Symbol.dispose]: () => void child.kill('SIGKILL') });
}

it('lies in a file of its own that only we may read', async () => {
  await using host = await temporaryHost();
  const writer = await fileLogStore()(host).writer(key, { capBytes });
  await writer.append([entry(1)]);
  await writer.close();
  expect((await stat(fileOf(host.dataDir))).mode & 0o777).toBe(0o600);
  expect(await readFile(fileOf(host.dataDir), 'utf8')).toBe('[1,"stdout","line 1\\n","s1"]\n');
});

it('a torn last line is cut off, and the entry before it says where to go on', async () => {
  await using host = await temporaryHost();
  const store = fileLogStore()(host);
  const first = await store.writer(key, { capBytes });
  await first.append([entry(1), entry(2)]);
  await first.close();
  await appendFile(fileOf(host.dataDir), `[3,"stdout","torn ${'x'.repeat(200_000)}`);
  expect(await all(store.read(key, { signal: never }))).toHaveLength(2);
  expect(await all(store.read(key, { tail: 1, signal: never }))).toMatchObject([{ text: 'line 2\n' }]);

  const second = await store.writer(key, { capBytes });
  expect(second.resumeAfter).toBe('s2');
  await second.append([entry(3)]);
  await second.close();
  expect(await all(store.read(key, { signal: never }))).toMatchObject([1, 2, 3].map((at) => ({ at })));
});

it('zeros that a power cut left at the end are cut off', async () => {
  await using host = await temporaryHost();
  const store = fileLogStore()(host);
  const first = await store.writer(key, { capBytes });
  await first.append([entry(1)]);
  await first.close();
  await appendFile(fileOf(host.dataDir), Buffer.concat([Buffer.alloc(5000), Buffer.from('"x"]\n')]));
  const second = await store.writer(key, { capBytes });
  expect(second.resumeAfter).toBe('s1');
  await second.append([entry(2)]);
  await second.close();
  expect(await all(store.read(key, { signal: never }))).toMatchObject([{ at: 1 }, { at: 2 }]);
  expect(await readFile(fileOf(host.dataDir), 'utf8')).not.toContain('\0');
});

it('after kill -9 of the writer every entry up to resumeAfter is there, once', async () => {
  await using host = await temporaryHost();
  const store = fileLogStore()(host);
  using child = writeInAnotherProcess(host.dataDir, 0);
  for await (const { at } of store.read(key, { follow: true, signal: never })) if (at === 300) break;
  child.kill('SIGKILL');
  await once(child, 'exit');

  const writer = await store.writer(key, { capBytes });
  const resumed = Number(writer.resumeAfter);
  await writer.append([entry(resumed + 1)]);
  await writer.seal();
  await writer.close();
  const read = await all(store.read(key, { follow: true, signal: never }));
  expect(resumed).toBeGreaterThanOrEqual(300);
  expect(read.map(({ at }) => at)).toEqual(Array.from({ length: resumed + 1 }, (_, index) => index + 1));
});

it('a follower of a writer in another process sees every line whole, in order, until the seal', async () => {
  await using host = await temporaryHost();
  using child = writeInAnotherProcess(host.dataDir, 2000);
  const exited = once(child, 'exit');
  let expected = 1;
  for await (const { at, text } of fileLogStore()(host).read(key, { follow: true, signal: never })) {
    expect(at).toBe(expected);
    expect(text).toHaveLength(`${expected} `.length + 3001);
    expected++;
  }
  expect(expected).toBe(2001);
  expect(await exited).toEqual([0, null]);
});

it('a follower never yields half a line', async () => {
  await using host = await temporaryHost();
  const path = fileOf(host.dataDir);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, '[1,"stdout","one\\n"]\n[2,"std');
  const follower = fileLogStore()(host).read(key, { follow: true, signal: never })[Symbol.asyncIterator]();
  expect((await follower.next()).value).toMatchObject({ at: 1 });
  const next = follower.next();
  // The writer was killed; the next one cuts its torn line and writes another.
  await truncate(path, '[1,"stdout","one\\n"]\n'.length);
  await appendFile(path, '[3,"stderr","three\\n"]\n');
  expect((await next).value).toMatchObject({ at: 3, stream: 'stderr', text: 'three\n' });
  await follower.return?.();
});

it.runIf(process.platform === 'linux')(
  'a torn write rejects with its cause and is cut off before the next one',
  async () => {
    await using host = await temporaryHost();
    // A limit on file sizes stands in for a full disk: the kernel takes part of a write and then refuses.
    using child = writeInAnotherProcess(host.dataDir, 3000, [
      'sh',
      '-c',
      'trap "" XFSZ; ulimit -S -f 1024; exec "$@"',
      '-',
    ]);
    const [said] = await once(child, 'message');
    expect(said).toEqual({ code: 'EFBIG' });
    const { size } = await stat(fileOf(host.dataDir));
    expect((await readFile(fileOf(host.dataDir)))[size - 1]).not.toBe(0x0a);

    execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited']);
    child.send('go on');
    expect(await once(child, 'exit')).toEqual([0, null]);
    const read = await all(fileLogStore()(host).read(key, { follow: true, signal: never }));
    expect(read.map(({ at }) => at)).toEqual(Array.from({ length: 3000 }, (_, index) => index + 1));
  },
);

it('the end of a long log is read from its end', async () => {
  await using host = await temporaryHost();
  const path = join(host.dataDir, 'lines');
  await writeFile(path, Array.from({ length: 100_000 }, (_, n) => `${n} ${'y'.repeat(n % 90)}\n`).join(''));
  await using file = await open(path);
  let read = 0;
  const counting = Object.assign(Object.create(file) as typeof file, {
    read: async (options: { buffer: Buffer; position: number }) => {
      read += options.buffer.length;
      return file.read(options);
    },
  });
  const { size } = await file.stat();
  for await (const { bytes } of linesBackwards(counting, size)) {
    expect(bytes.toString()).toMatch(/^99999 /);
    break;
  }
  expect(read).toBeLessThanOrEqual(64 * 1024);

  const forwards = (await all(linesFrom(file, 0))).map(({ start, end, bytes }) => `${start} ${end} ${bytes}`);
  const backwards = (await all(linesBackwards(file, size))).map(({ start, end, bytes }) => `${start} ${end} ${bytes}`);
  expect(forwards).toHaveLength(100_000);
  expect(backwards.reverse()).toEqual(forwards);
});

describe('a directory that instances share', () => {
  const shared = async () => {
    const host = await temporaryHost();
    const dir = join(host.dataDir, 'shared');
    const store = () => fileLogStore({ dir })(host);
    const folder = join(dir, 'bb', runId);
    return {
      store,
      folder,
      names: () => readdir(folder),
      [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
    };
  };

  it('what the earlier writer appends while the log is taken over is in it, or rejected', async () => {
    await using at = await shared();
    const stopped = await at.store().writer(key, { capBytes, epoch: 1 });
    let acknowledged = 0;
    let n = 0;
    const appending = (async () => {
      try {
        for (;;) {
          await stopped.append([entry(++n)]);
          acknowledged = n;
        }
      } catch (error) {
        return error;
      }
    })();
    const seen: number[] = [];
    const following = (async () => {
      for await (const { at: number } of at.store().read(key, { follow: true, signal: never })) seen.push(number);
    })();
    await expect.poll(() => seen.length).toBeGreaterThan(100);
    const writer = await at.store().writer(key, { capBytes, epoch: 2 });
    expect(await appending).toMatchObject({ code: 'closed' });
    const resumed = Number(writer.resumeAfter?.slice(1));
    expect(resumed).toBeGreaterThanOrEqual(acknowledged);
    await writer.append([entry(resumed + 1)]);
    await writer.seal();
    await following;
    const numbers = Array.from({ length: resumed + 1 }, (_, index) => index + 1);
    expect(seen).toEqual(numbers);
    expect((await all(at.store().read(key, { signal: never }))).map((each) => each.at)).toEqual(numbers);
    await stopped.close();
    await writer.close();
  });

  it('a copy that somebody left who was killed is removed with the log', async () => {
    await using at = await shared();
    const writer = await at.store().writer(key, { capBytes });
    await writer.append([entry(1)]);
    await writer.close();
    await writeFile(join(at.folder, `2.${'c'.repeat(32)}.copy`), 'half of it');
    expect(await at.names()).toHaveLength(2);
    await at.store().remove(key);
    await expect(at.names()).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('a log from before the directory was shared goes on', async () => {
    await using host = await temporaryHost();
    const before = await fileLogStore()(host).writer(key, { capBytes });
    await before.append([entry(1)]);
    await before.close();
    const store = fileLogStore({ dir: join(host.dataDir, 'logs') })(host);
    const writer = await store.writer(key, { capBytes, epoch: 2 });
    expect(writer.resumeAfter).toBe('s1');
    await writer.append([entry(2)]);
    await writer.close();
    expect(await all(store.read(key, { signal: never }))).toMatchObject([{ at: 1 }, { at: 2 }]);
  });

  it('who was stopped anywhere while taking a log over does no harm to one that was opened under a newer lease', async () => {
    for (let step = 0, held = true; held; step++) {
      await using at = await shared();
      const first = await at.store().writer(key, { capBytes, epoch: 1 });
      await first.append([entry(1)]);
      await first.close();
      const newer = async () => {
        const writer = await at.store().writer(key, { capBytes, epoch: 3 });
        await writer.append([entry(2)]);
        await writer.seal();
        await writer.close();
      };
      held = await stoppedBefore(step, newer, async () => {
        const late = await at
          .store()
          .writer(key, { capBytes, epoch: 2 })
          .catch((error: unknown) => error);
        if (!(late instanceof Error)) await (late as LogWriter).close();
      });
      if (!held) return expect(step).toBeGreaterThan(5);
      const { length } = await all(at.store().read(key, { signal: never }));
      expect({ step, length, sealed: await at.store().sealed(key) }).toEqual({ step, length: 2, sealed: true });
    }
  });
});

// Lets `act` come to its step number `step` on the file system, and everything of `meanwhile` happen there. False: it has none.
const stoppedBefore = async (
  step: number,
  meanwhile: () => Promise<void>,
  act: () => Promise<void>,
): Promise<boolean> => {
  let steps = 0;
  let free = false;
  const wrapped = ['copyFile', 'link', 'mkdir', 'open', 'readdir', 'rename', 'rm'] as const;
  const originals = wrapped.map((name) => [name, fs[name]] as const);
  for (const [name, original] of originals)
    Object.assign(fs, {
      [name]: async (...args: unknown[]) => {
        if (!free && steps++ === step) {
          free = true;
          await meanwhile();
        }
        return (original as (...args: unknown[]) => unknown)(...args);
      },
    });
  syncBuiltinESMExports();
  try {
    await act();
    return free;
  } finally {
    Object.assign(fs, Object.fromEntries(originals));
    syncBuiltinESMExports();
  }
};
