import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { attemptStatements } from '../src/adapters/shared/sql/statements/attempts.ts';
import { jobStatements } from '../src/adapters/shared/sql/statements/jobs.ts';
import { occurrenceStatements } from '../src/adapters/shared/sql/statements/occurrences.ts';
import { queueStatements } from '../src/adapters/shared/sql/statements/queue.ts';
import { retentionStatements } from '../src/adapters/shared/sql/statements/retention.ts';
import { runStatements } from '../src/adapters/shared/sql/statements/runs.ts';
import { scheduleStatements } from '../src/adapters/shared/sql/statements/schedules.ts';
import { sqliteStore } from '../src/adapters/sqlite-store/sqlite-store.ts';
import type { Host } from '../src/ports/host.ts';
import type { Store } from '../src/ports/store.ts';
import { id, insertJob, insertRun, someCursor, someJob, someRun } from '../src/testing/describe-store/records.ts';
import { temporaryHost } from './temporary-host.ts';

const canMount = process.platform === 'linux' && process.getuid?.() === 0;

const anyOther = { instance: 'new', now: 5, latest: 1e12, lockedPlace: null, after: null, limit: 10 };

describe('the file of sqliteStore', () => {
  it('keeps everything, and the installation id, until the next host opens it', async () => {
    await using host = await temporaryHost();
    const first = await opened(host);
    await first.store.commit([[insertJob({}, someCursor()), insertRun()]]);
    await first.store.close();
    const second = await opened(host);
    expect(second.info).toEqual({ installation: first.info.installation, exclusive: true });
    expect(first.info.installation).toMatch(/^[0-9a-f]{32}$/);
    expect(await second.store.job(id('job'))).toEqual(someJob());
    expect(await second.store.run(id('run'))).toEqual(someRun());
    await second.store.close();
    expect(statSync(join(host.dataDir, 'runyard.db')).mode & 0o777).toBe(0o600);
  });

  it('belongs to one instance, so opening it ends all earlier leases', async () => {
    await using host = await temporaryHost();
    const first = await opened(host);
    await first.store.commit([
      [{ kind: 'instance.put', id: 'old', startedAt: 1, expiresAt: 1e12, leaseMs: 10_000, places: [] }],
      [insertRun({ state: 'running', leaseInstance: 'old' })],
    ]);
    expect(await first.store.adoptable(anyOther)).toEqual([]);
    await first.store.close();
    const second = await opened(host);
    expect((await second.store.adoptable(anyOther)).map(({ run }) => run.id)).toEqual([id('run')]);
    await second.store.close();
  });

  it('is refused untouched when a newer version made it', async () => {
    await using host = await temporaryHost();
    await (await opened(host)).store.close();
    inFile(host, (db) => db.exec("UPDATE meta SET value = '99' WHERE key = 'version'"));
    const refused = opened(host);
    await expect(refused).rejects.toMatchObject({ code: 'store-newer' });
    await expect(refused).rejects.toThrow(/store version 99.*upgrade @runyard\/core/);
    expect(inFile(host, (db) => db.prepare("SELECT value FROM meta WHERE key = 'version'").get())).toEqual({
      value: '99',
    });
  });

  it('is refused untouched when it is the database of another program', async () => {
    await using host = await temporaryHost();
    inFile(host, (db) => db.exec('CREATE TABLE invoices (id INTEGER)'));
    await expect(opened(host)).rejects.toThrow(/not one of Runyard/);
    expect(inFile(host, (db) => db.prepare('SELECT name FROM sqlite_master').all())).toEqual([{ name: 'invoices' }]);
  });

  it('is refused with a sentence when it is no database', async () => {
    await using host = await temporaryHost();
    writeFileSync(join(host.dataDir, 'runyard.db'), 'not a database at all, but long enough to look at'.repeat(20));
    await expect(opened(host)).rejects.toMatchObject({ code: 'store-unavailable', cause: { errcode: 26 } });
  });

  it('is noticed to be damaged when the damage is met, and not before', async () => {
    await using host = await temporaryHost();
    const first = await opened(host);
    const runs = Array.from({ length: 2_000 }, (_, n) => insertRun({ id: id(`r${n}`), sentence: 'x'.repeat(200) }));
    await first.store.commit([[insertJob()], runs]);
    await first.store.close();
    garble(
      host,
      inFile(host, (db) => db.prepare("SELECT rootpage FROM sqlite_master WHERE name = 'runs'").get()),
    );
    const { store } = await opened(host);
    expect(await store.job(id('job'))).toEqual(someJob());
    const met = store.runs({ limit: 1_000 });
    await expect(met).rejects.toMatchObject({ code: 'store-unavailable', cause: { errcode: 11 } });
    await expect(met).rejects.toThrow(/is damaged.*put back a copy/);
    await store.close();
  });

  it('outside the data directory is locked for one instance too', { timeout: 40_000 }, async () => {
    await using host = await temporaryHost();
    await using other = await temporaryHost();
    const file = join(host.dataDir, 'elsewhere', 'shared.db');
    mkdirSync(join(host.dataDir, 'elsewhere'));
    const first = sqliteStore({ file })(host);
    await first.open();
    await expect(sqliteStore({ file })(other).open()).rejects.toThrow(/is open in another Runyard/);
    await first.close();
    const second = sqliteStore({ file })(other);
    await second.open();
    await second.close();
  });

  it.runIf(canMount)('on a full disk: refused whole, and it goes on when there is room again', async () => {
    await using host = await temporaryHost();
    using disk = tinyDisk(host);
    const store = sqliteStore()({ ...host, dataDir: disk.dir });
    await store.open();
    await store.commit([[insertJob()]]);
    disk.fill();
    const long = { sentence: 'x'.repeat(200_000) };
    const refused = store.commit([[insertRun({ id: id('a') })], [insertRun({ id: id('b'), ...long })]]);
    await expect(refused).rejects.toMatchObject({ code: 'store-unavailable', cause: { errcode: 13 } });
    await expect(refused).rejects.toThrow(/is full: make room/);
    expect((await store.runs({ limit: 10 })).items).toEqual([]);
    disk.empty();
    expect(await store.commit([[insertRun({ id: id('a') })], [insertRun({ id: id('b'), ...long })]])).toEqual([
      { ok: true },
      { ok: true },
    ]);
    await store.close();
  });

  it.runIf(canMount)('on a read-only disk: refused with a sentence', async () => {
    await using host = await temporaryHost();
    using disk = tinyDisk(host);
    disk.readOnly();
    await expect(sqliteStore()({ ...host, dataDir: disk.dir }).open()).rejects.toMatchObject({
      code: 'store-unavailable',
    });
  });

  it('is read through indexes: no read of the engine, and no guard, scans a table', async () => {
    await using host = await temporaryHost();
    await (await opened(host)).store.close();
    const texts = [
      jobStatements,
      scheduleStatements,
      occurrenceStatements,
      runStatements,
      queueStatements,
      attemptStatements,
      retentionStatements,
    ].flatMap((family) => Object.entries(family));
    const scans = inFile(host, (db) =>
      texts.flatMap(([name, text]) =>
        db
          .prepare(`EXPLAIN QUERY PLAN ${text.replace(/\$\d+/g, '?')}`)
          .all()
          .map(({ detail }) => `${name}: ${detail}`)
          .filter(
            (detail) =>
              /: SCAN (?!json_each|CONSTANT ROW|found$)/.test(detail) && !/USING (COVERING )?INDEX/.test(detail),
          ),
      ),
    );
    expect(scans).toEqual([]);
  });
});

const opened = async (host: Host): Promise<{ store: Store; info: Awaited<ReturnType<Store['open']>> }> => {
  const store = sqliteStore()(host);
  return { store, info: await store.open() };
};

// Looks into the file while no store has it open.
const inFile = <T>(host: Host, look: (db: DatabaseSync) => T): T => {
  const db = new DatabaseSync(join(host.dataDir, 'runyard.db'));
  try {
    return look(db);
  } finally {
    db.close();
  }
};

const garble = (host: Host, row: Record<string, unknown> | undefined): void => {
  const pageSize = 4096;
  const file = openSync(join(host.dataDir, 'runyard.db'), 'r+');
  writeSync(file, Buffer.alloc(pageSize, 0xee), 0, pageSize, (Number(row?.rootpage) - 1) * pageSize);
  closeSync(file);
};

// A disk of one MiB inside the host's folder.
const tinyDisk = (host: Host) => {
  const dir = join(host.dataDir, 'disk');
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
    readOnly: () => command('mount', '-o', 'remount,ro', dir),
    [Symbol.dispose]: () => command('umount', '-l', dir),
  };
};

const command = (name: string, ...args: string[]): void => {
  const { status, stderr } = spawnSync(name, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${name} ${args.join(' ')}: ${stderr}`);
};
