import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { newest } from '../src/adapters/sqlite-store/migrations/all-migrations.ts';
import { sqliteStore } from '../src/adapters/sqlite-store/sqlite-store.ts';
import type { Host } from '../src/ports/host.ts';
import { inStore, recordedHost, storeOf, versionIn } from './support/recorded-store.ts';
import { temporaryHost } from './temporary-host.ts';

const script = fileURLToPath(new URL('./support/migrate-at-once.ts', import.meta.url));

describe('a store whose host may not migrate', () => {
  const checked = (host: Host) => sqliteStore({ migrate: 'check' })(host);

  it('is refused while a migration is due, untouched, with the command that migrates it', async () => {
    await using host = await recordedHost();
    const before = [readdirSync(host.dataDir), readFileSync(storeOf(host))];
    const refused = checked(host).open();
    await expect(refused).rejects.toMatchObject({ code: 'store-older', received: '1' });
    await expect(refused).rejects.toThrow(`npx runyard migrate --data-dir ${host.dataDir}`);
    expect([readdirSync(host.dataDir), readFileSync(storeOf(host))]).toEqual(before);
  });

  it('is not made where there is none', async () => {
    await using host = await temporaryHost();
    await expect(checked(host).open()).rejects.toThrow(/is not made yet.*npx runyard migrate/);
    expect(readdirSync(host.dataDir)).toEqual([]);
  });

  it('opens once it is migrated', async () => {
    await using host = await recordedHost();
    const migrating = sqliteStore()(host);
    await migrating.open();
    await migrating.close();
    const store = checked(host);
    await store.open();
    await store.close();
  });
});

describe('migrations', () => {
  it('are made once when several processes try at the same time', async () => {
    await using host = await recordedHost();
    const processes = Array.from({ length: 4 }, () => fork(script, [storeOf(host)], { execArgv: quiet }));
    await Promise.all(processes.map((child) => once(child, 'message')));
    const answers = await Promise.all(processes.map(migrateNow));
    expect(answers.map(({ from }) => from).sort()).toEqual([1, newest, newest, newest]);
    expect(versionIn(host)).toMatchObject({ version: String(newest), works_since: '1' });
  });

  it('are noticed by code that no longer works behind them, when it renews its lease', async () => {
    await using host = await temporaryHost();
    const store = sqliteStore()(host);
    await store.open();
    const renew = () =>
      store.commit([[{ kind: 'instance.put', id: 'i', startedAt: 1, expiresAt: 2, leaseMs: 1, places: [] }]]);
    expect(await renew()).toEqual([{ ok: true }]);
    inStore(host, (db) => db.exec("UPDATE meta SET value = '99' WHERE key IN ('version', 'works_since')"));
    await expect(renew()).rejects.toMatchObject({ code: 'store-newer' });
    await store.close();
  });
});

// Node 22 strips types with a warning of its own.
const quiet = ['--disable-warning=ExperimentalWarning'];

const migrateNow = async (child: ChildProcess): Promise<{ from: number }> => {
  child.send('now');
  const [answer] = await once(child, 'message');
  await once(child, 'exit');
  return answer as { from: number };
};
