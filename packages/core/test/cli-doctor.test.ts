import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { migrate } from '../src/adapters/sqlite-store/migrate.ts';
import type { Finding } from '../src/cli/doctor/finding.ts';
import type { Host } from '../src/ports/host.ts';
import { inStore, recorded, recordedHost, storeOf } from './support/recorded-store.ts';
import { runyard } from './support/terminal.ts';
import { temporaryHost } from './temporary-host.ts';

const quiet = ['--disable-warning=ExperimentalWarning']; // Node 22 strips types with a warning of its own
const holder = fileURLToPath(new URL('./data-dir-holder.ts', import.meta.url));

describe('runyard doctor', () => {
  it('finds nothing wrong with a sound store, and leaves everything as it was', async () => {
    await using host = await recordedHost();
    chmodSync(host.dataDir, 0o700);
    const before = [readdirSync(host.dataDir), readFileSync(storeOf(host))];
    const { exit, findings } = await doctor(host);
    expect({ exit, wrong: findings.filter(({ level }) => level === 'wrong') }).toEqual({ exit: 0, wrong: [] });
    expect(said(findings, 'installation')).toContain(recorded.installation);
    expect(said(findings, 'version')).toContain('Store version 1; the next host migrates it to ');
    expect([readdirSync(host.dataDir), readFileSync(storeOf(host))]).toEqual(before);
  });

  it('says that there is no store yet where none was made', async () => {
    await using host = await temporaryHost();
    const { exit, findings } = await doctor(host);
    expect(exit).toBe(0);
    expect(said(findings, 'store')).toContain('There is no store');
    expect(readdirSync(host.dataDir)).toEqual([]);
  });

  it('works beside the host that holds the directory, and tells who that is', async () => {
    await using host = await recordedHost();
    const child = spawn(process.execPath, [...quiet, holder, host.dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    expect(said((await doctor(host)).findings, 'holder')).toMatch(`Held by process ${child.pid} on `);
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    expect(said((await doctor(host)).findings, 'holder')).toMatch(`Free. Held last by process ${child.pid} on `);
  });

  it('reads what a host has written that was killed, and whose journal is still beside the file', async () => {
    await using host = await recordedHost();
    const writer =
      "const { DatabaseSync } = require('node:sqlite'); const db = new DatabaseSync(process.argv[1]);" +
      "db.exec(\"PRAGMA journal_mode = WAL; INSERT INTO schedules VALUES ('of nothing', 1, 1)\"); process.kill(process.pid, 'SIGKILL')";
    await once(spawn(process.execPath, [...quiet, '-e', writer, storeOf(host)]), 'exit');
    expect(said((await doctor(host)).findings, 'records')).toContain(
      'schedules of jobs that are not there: of nothing',
    );
  });

  it.each([
    ['active runs whose current attempt is not there', `DELETE FROM attempts WHERE run_id = '${recorded.running.id}'`],
    ['attempts of runs that are not there', "DELETE FROM runs WHERE state = 'failed'"],
    [
      'attempts that have not ended',
      `UPDATE runs SET active = NULL, state = 'failed' WHERE id = '${recorded.running.id}'`,
    ],
    ['mark of being active disagree', "UPDATE runs SET active = 1 WHERE state = 'cancelled'"],
    ['of a revision of it, that is not there', 'DELETE FROM job_revisions'],
    ['rows of the ledger that overlap', 'UPDATE occurrences SET to_at = to_at + 60000 WHERE count = 1'],
    ['schedules of jobs that are not there', "UPDATE jobs SET removed_at = 1 WHERE name = 'paused'"],
  ])('finds %s', async (what, damage) => {
    await using host = await recordedHost();
    inStore(host, (db) => db.exec(damage));
    const { exit, findings } = await doctor(host);
    expect(exit).toBe(1);
    expect(findings.filter(({ about }) => about === 'records').map(({ says }) => says)).toEqual([
      expect.stringContaining(what),
    ]);
  });

  it('finds memberships in groups and of users that are not there, of which the latter do no harm', async () => {
    await using host = await recordedHost();
    inStore(host, (db) => migrate(db, { file: storeOf(host), newInstallation: '0'.repeat(32) }));
    const add = (id: string, kind: string, owner = '', name = 'x'): void =>
      inStore(host, (db) =>
        db.exec(`INSERT INTO documents (id, kind, owner, name, revision, created_at, updated_at, data)
          VALUES ('${id}', '${kind}', '${owner}', '${name}', 1, 1, 1, '{}')`),
      );
    add('g', 'group');
    add('u', 'user');
    add('1', 'member', 'group:g', 'u');
    expect(await doctor(host)).toMatchObject({ exit: 0 });
    add('2', 'member', 'group:g', 'gone');
    const found = async () => (await doctor(host)).findings.filter(({ about }) => about === 'records');
    expect(await found()).toEqual([
      {
        about: 'records',
        level: 'warning',
        says: 'There are memberships of users that are not there: group:g of user gone.',
        todo: expect.stringContaining('removeMember'),
      },
    ]);
    expect(await doctor(host)).toMatchObject({ exit: 0 });
    add('3', 'member', 'group:gone', 'u');
    expect((await found()).map(({ level, says }) => `${level} ${says}`)).toEqual([
      'wrong There are memberships in groups that are not there: group:gone of user u.',
      expect.stringMatching('warning There are memberships of users'),
    ]);
  });

  it('finds a damaged page wherever it is, and says how a backup is put back', async () => {
    await using host = await recordedHost();
    const root = inStore(host, (db) =>
      db.prepare("SELECT rootpage FROM sqlite_master WHERE name = 'occurrences'").get(),
    );
    overwritePage(storeOf(host), Number(root?.rootpage));
    const { exit, findings } = await doctor(host);
    expect(exit).toBe(1);
    expect(findings).toContainEqual({
      about: 'integrity',
      level: 'wrong',
      says: expect.stringContaining('is damaged'),
      todo: expect.stringContaining('put back a backup as runyard.db'),
    });
  });

  it('finds that the file is no database, that the place is no id, and that others may read the directory', async () => {
    await using host = await temporaryHost();
    writeFileSync(storeOf(host), 'not a database at all, but long enough to look at'.repeat(20));
    writeFileSync(join(host.dataDir, 'place'), 'here');
    chmodSync(host.dataDir, 0o755);
    const { exit, findings } = await doctor(host);
    expect(exit).toBe(1);
    const levels = findings.filter(({ level }) => level !== 'ok' && level !== 'note');
    expect(levels.map(({ about, level }) => `${about} ${level}`)).toEqual([
      'mode warning',
      'place wrong',
      'store wrong',
    ]);
  });

  it('tells when the newest run was made in the future', async () => {
    await using host = await recordedHost();
    inStore(host, (db) => db.exec(`UPDATE runs SET created_at = ${Date.now() + 3_600_000}`));
    expect(said((await doctor(host)).findings, 'clock')).toMatch(/The newest run was made 3\d{3} s later than now/);
  });
});

const doctor = async (host: Host): Promise<{ exit: number; findings: Finding[] }> => {
  const { exit, out } = await runyard('doctor', '--data-dir', host.dataDir, '--json');
  return { exit, findings: JSON.parse(out).findings };
};

const said = (findings: readonly Finding[], about: string): string =>
  findings
    .filter((finding) => finding.about === about)
    .map(({ says }) => says)
    .join(' ');

const overwritePage = (file: string, page: number): void => {
  const pageSize = 4096;
  const opened = openSync(file, 'r+');
  writeSync(opened, Buffer.alloc(pageSize, 0xee), 0, pageSize, (page - 1) * pageSize);
  closeSync(opened);
};
