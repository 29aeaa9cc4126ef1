import { describe, expect, it } from 'vitest';
import { newKnownReads } from '../src/adapters/sqlite-store/known-reads.ts';
import { sqliteStore } from '../src/adapters/sqlite-store/sqlite-store.ts';
import { insertJob, insertRun, someJob } from '../src/testing/describe-store/records.ts';
import { temporaryHost } from './temporary-host.ts';

/** Each time that it is really asked, the answer is another one. */
const counted = () => {
  const known = newKnownReads();
  let asked = 0;
  return { known, read: (key: string) => known.read(key, async () => [++asked]) };
};

describe('what was read', () => {
  it('is known as long as nothing is written', async () => {
    const { read } = counted();
    const first = await read('job a');
    expect(await read('job a')).toBe(first);
    expect(await read('job b')).not.toBe(first);
  });

  it('is asked for anew while something is being written, and behind it', async () => {
    const { known, read } = counted();
    const before = await read('job a');
    const disk = Promise.withResolvers<void>();
    const writing = known.write(() => disk.promise);
    const during = await read('job a');
    const again = await read('job a');
    disk.resolve();
    await writing;
    const after = await read('job a');
    expect(new Set([before, during, again, after]).size).toBe(4);
    expect(await read('job a')).toBe(after);
  });

  it('is asked for anew behind a write that failed', async () => {
    const { known, read } = counted();
    const before = await read('job a');
    await expect(known.write(() => Promise.reject(new Error('disk full')))).rejects.toThrow('disk full');
    expect(await read('job a')).not.toBe(before);
  });

  it('and was still on its way when a write began is forgotten', async () => {
    const { known, read } = counted();
    const slow = Promise.withResolvers<unknown>();
    const asked = known.read('job a', () => slow.promise);
    await known.write(async () => undefined);
    slow.resolve('of before');
    expect(await asked).toBe('of before');
    expect(await read('job a')).not.toBe('of before');
  });

  it('is told in a later turn of the event loop: whoever asks in a loop keeps nobody from his own', async () => {
    const { read } = counted();
    let hasHappened = false;
    setImmediate(() => setImmediate(() => (hasHappened = true)));
    for (let n = 0; !hasHappened && n < 1_000; n++) await read('job a');
    expect(hasHappened).toBe(true);
  });

  it('could not be had is asked for again', async () => {
    const { known, read } = counted();
    await expect(known.read('job a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await read('job a')).toBeInstanceOf(Array);
  });

  it('is bounded, by how much text there is in it', async () => {
    const { known } = counted();
    const long = { rows: [['x'.repeat(2 ** 20 + 1)]] };
    await known.read('job a', async () => long);
    expect(await known.read('job a', async () => 'anew')).toBe('anew');
  });
});

describe('sqliteStore', () => {
  it('gives whoever reads a record one of his own', async () => {
    await using host = await temporaryHost();
    const store = sqliteStore()(host);
    await store.open();
    try {
      await store.commit([[insertJob({ id: 'a' })]]);
      const mine = await store.job('a');
      Object.assign(mine?.spec ?? {}, { name: 'mine alone' });
      expect((await store.job('a'))?.spec.name).toBe(someJob({ id: 'a' }).spec.name);
    } finally {
      await store.close();
    }
  });

  it('shows a commit to every read that is asked for behind it, also where the same was asked for before and meanwhile', async () => {
    await using host = await temporaryHost();
    const store = sqliteStore()(host);
    await store.open();
    try {
      await store.commit([[insertJob({ id: 'a' })]]);
      for (let n = 1; n <= 50; n++) {
        await store.activity(['a']);
        const commit = store.commit([[insertRun({ id: `r${n}`, jobId: 'a' })]]);
        const meanwhile = store.activity(['a']);
        await commit;
        expect((await store.activity(['a'])).get('a')?.active).toBe(n);
        await meanwhile;
      }
    } finally {
      await store.close();
    }
  });
});
