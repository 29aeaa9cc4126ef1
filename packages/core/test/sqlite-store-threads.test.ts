import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type SqliteStoreOptions, sqliteStore } from '../src/adapters/sqlite-store/sqlite-store.ts';
import type { Host } from '../src/ports/host.ts';
import type { Change, Store } from '../src/ports/store.ts';
import { insertJob, insertRun, someAttempt, someJob } from '../src/testing/describe-store/records.ts';
import { temporaryHost } from './temporary-host.ts';

const workerUrl = (name: string): URL => new URL(`./store-workers/${name}.ts`, import.meta.url);

describe('the threads of sqliteStore', () => {
  it('share one wait for the disk among all commits that wait at the same time', async () => {
    await using host = await temporaryHost();
    await using store = await openStore(host, { worker: workerUrl('slow-disk') });
    const begun = performance.now();
    const results = await Promise.all(
      Array.from({ length: 200 }, (_, n) => store.commit([[insertRun({ id: `r${n}` })]])),
    );
    expect(results.flat()).toEqual(Array.from({ length: 200 }, () => ({ ok: true })));
    expect(performance.now() - begun).toBeLessThan(2_000); // 20 s, one by one
  });

  it('leave the host its event loop while the disk is slow', async () => {
    await using host = await temporaryHost();
    await using store = await openStore(host, { worker: workerUrl('slow-disk') });
    const state = { pending: true, turns: 0 };
    const turn = (): void => {
      state.turns += 1;
      if (state.pending) setImmediate(turn);
    };
    setImmediate(turn);
    await store.commit([[insertRun()]]);
    state.pending = false;
    expect(state.turns).toBeGreaterThan(10);
  });

  it('answer every read while a commit waits for the disk', async () => {
    await using host = await temporaryHost();
    await using store = await openStore(host, { worker: workerUrl('slow-disk') });
    await store.runs({ limit: 10 }); // starts the thread of the lists
    const order: string[] = [];
    const commit = store.commit([[insertRun()]]).then(() => order.push('commit'));
    await store.runs({ limit: 10 }).then(() => order.push('list'));
    await store.due(1, 10).then(() => order.push('due'));
    await commit;
    expect(order).toEqual(['list', 'due', 'commit']);
  });

  it('reject only the call whose record cannot be stored', async () => {
    await using host = await temporaryHost();
    await using store = await openStore(host);
    const unstorable: Change = {
      kind: 'attempt.insert',
      attempt: someAttempt({ handle: { v: 1, place: 'p', big: 1n } }),
    };
    const uncopyable: Change = {
      kind: 'attempt.insert',
      attempt: someAttempt({ handle: { v: 1, place: 'p', f() {} } }),
    };
    const results = await Promise.allSettled([
      store.commit([[insertRun({ id: 'a' })]]),
      store.commit([[insertRun({ id: 'b' })], [insertRun({ id: 'c' }), unstorable]]),
      store.commit([[uncopyable]]),
      store.commit([[insertRun({ id: 'd' })]]),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect((await store.runs({ limit: 10 })).items.map(({ id }) => id)).toEqual(['a', 'd']);
  });

  it('end with an error for everyone who waits when one of them dies', async () => {
    await using host = await temporaryHost();
    await using store = await openStore(host, { worker: workerUrl('dies-at-commit') });
    await expect(store.commit([[insertJob()]])).rejects.toMatchObject({ code: 'store-unavailable' });
    await expect(store.commit([[insertJob()]])).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(await store.job(someJob().id)).toEqual(someJob()); // it was durable; the caller could not know
  });

  it('end with close, which leaves one file and can be called again', async () => {
    await using host = await temporaryHost();
    const store = sqliteStore()(host);
    await expect(store.job('a')).rejects.toMatchObject({ code: 'store-unavailable' });
    await store.open();
    const commit = store.commit([[insertJob()]]);
    await store.close();
    await store.close();
    expect(await commit).toEqual([{ ok: true }]);
    const file = join(host.dataDir, 'runyard.db');
    expect([file, `${file}-wal`, `${file}-shm`].map((path) => existsSync(path))).toEqual([true, false, false]);
    await expect(store.commit([])).rejects.toMatchObject({ code: 'store-unavailable' });
  });

  it('let a script await its calls, then exit without close, and print nothing', async () => {
    await using host = await temporaryHost();
    const script = fileURLToPath(workerUrl('open-and-leave'));
    const flags = ['--disable-warning=ExperimentalWarning']; // Node 22 strips types with a warning of its own
    const child = await promisify(execFile)(process.execPath, [...flags, script, host.dataDir]);
    expect(JSON.parse(child.stdout)).toEqual({ installation: 32, result: { ok: true }, job: null });
    expect(child.stderr).toBe('');
  });
});

const openStore = async (host: Host, options: SqliteStoreOptions = {}): Promise<Store & AsyncDisposable> => {
  const store = sqliteStore(options)(host);
  await store.open();
  return { ...store, [Symbol.asyncDispose]: () => store.close() };
};
