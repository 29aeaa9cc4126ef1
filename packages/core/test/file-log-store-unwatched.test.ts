import { expect, it, vi } from 'vitest';
import { fileLogStore } from '../src/adapters/file-log-store/file-log-store.ts';
import { temporaryHost } from './temporary-host.ts';

// A host that has no inotify watch left, or whose file system knows none.
vi.mock(import('node:fs'), async (original) => ({
  ...(await original()),
  watch: () => {
    throw Object.assign(new Error('ENOSPC: System limit for number of file watchers reached'), { code: 'ENOSPC' });
  },
}));

const key = `${'c'.repeat(32)}.1`;
const never = new AbortController().signal;
const entry = (at: number) => ({ at, stream: 'stdout' as const, text: `line ${at}\n` });

it('a follower needs neither poll nor watch for a writer in the same process', async () => {
  await using host = await temporaryHost();
  const asleep = { ...host.clock, sleep: () => new Promise<void>(() => {}) };
  const store = fileLogStore()({ ...host, clock: asleep });
  const writer = await store.writer(key, { capBytes: 1e6 });
  const follower = store.read(key, { follow: true, signal: never })[Symbol.asyncIterator]();
  for (let n = 1; n <= 50; n++) {
    const next = follower.next();
    await writer.append([entry(n)]);
    expect((await next).value).toMatchObject({ at: n });
  }
  const end = follower.next();
  await writer.seal();
  expect((await end).done).toBe(true);
  await writer.close();
});

it('a follower looks by itself at least every 250 ms', async () => {
  await using host = await temporaryHost();
  const slept: number[] = [];
  const sleep = (ms: number, signal: AbortSignal) => {
    slept.push(ms);
    return host.clock.sleep(ms, signal);
  };
  const reader = fileLogStore({ pollMs: 60_000 })({ ...host, clock: { ...host.clock, sleep } });
  const writer = await fileLogStore()(host).writer(key, { capBytes: 1e6 }); // as in another process
  const follower = reader.read(key, { follow: true, signal: never })[Symbol.asyncIterator]();
  await writer.append([entry(1)]);
  expect((await follower.next()).value).toMatchObject({ at: 1 });
  const next = follower.next();
  await writer.append([entry(2)]);
  expect((await next).value).toMatchObject({ at: 2 });
  expect(Math.max(...slept)).toBeLessThanOrEqual(250);
  await writer.close();
  await follower.return?.();
});
