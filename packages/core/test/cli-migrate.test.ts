import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { newest } from '../src/adapters/sqlite-store/migrations/all-migrations.ts';
import { sqliteStore } from '../src/adapters/sqlite-store/sqlite-store.ts';
import { expand, inStore, recordedHost, storeOf, versionIn } from './support/recorded-store.ts';
import { runyard } from './support/terminal.ts';
import { temporaryHost } from './temporary-host.ts';

const quiet = ['--disable-warning=ExperimentalWarning']; // Node 22 strips types with a warning of its own
const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const holder = fileURLToPath(new URL('./data-dir-holder.ts', import.meta.url));

describe('runyard migrate', () => {
  it('says with --check what it would do, and does nothing', async () => {
    await using host = await recordedHost();
    const before = [readdirSync(host.dataDir), readFileSync(storeOf(host))];
    expect(await runyard('migrate', '--data-dir', host.dataDir, '--check')).toEqual({
      exit: 1,
      out: `Would migrate ${storeOf(host)} from store version 1 to ${newest}.\n`,
      err: '',
    });
    expect([readdirSync(host.dataDir), readFileSync(storeOf(host))]).toEqual(before);
  });

  it('migrates, says from where to where, and finds nothing to do the next time', async () => {
    await using host = await recordedHost();
    const json = async () => JSON.parse((await runyard('migrate', '--data-dir', host.dataDir, '--json')).out);
    expect(await json()).toEqual({ store: storeOf(host), from: 1, to: newest, due: false, migrated: true });
    expect(versionIn(host)).toMatchObject({ version: String(newest) });
    expect(await json()).toEqual({ store: storeOf(host), from: newest, to: newest, due: false, migrated: false });
    expect((await runyard('migrate', '--data-dir', host.dataDir, '--check')).exit).toBe(0);
  });

  it('makes the store where there is none, and of a file elsewhere too', async () => {
    await using host = await temporaryHost();
    expect((await runyard('migrate', '--data-dir', host.dataDir)).out).toMatch(
      `runyard.db, of store version ${newest}`,
    );
    mkdirSync(join(host.dataDir, 'elsewhere'));
    const file = join(host.dataDir, 'elsewhere', 'mine.db');
    expect((await runyard('migrate', '--data-dir', host.dataDir, '--file', file)).exit).toBe(0);
    const store = sqliteStore({ file, migrate: 'check' })(host);
    await store.open();
    await store.close();
  });

  it('leaves a newer store on which this code works, and refuses one on which it does not', async () => {
    await using host = await recordedHost();
    expand(host);
    expect(await runyard('migrate', '--data-dir', host.dataDir)).toMatchObject({
      exit: 0,
      out: expect.stringContaining(`is of store version ${newest + 1}. This Runyard knows ${newest} and works on it`),
    });
    inStore(host, (db) => db.exec("UPDATE meta SET value = '99' WHERE key = 'works_since'"));
    expect(await runyard('migrate', '--data-dir', host.dataDir)).toMatchObject({
      exit: 77,
      err: expect.stringContaining('upgrade @runyard/core'),
    });
  });

  it('is refused while a host holds the directory, which --check does not mind', async () => {
    await using host = await recordedHost();
    const child = spawn(process.execPath, [...quiet, holder, host.dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    expect(await runyard('migrate', '--data-dir', host.dataDir)).toMatchObject({
      exit: 77,
      err: expect.stringContaining(`is held by process ${child.pid}`),
    });
    expect((await runyard('migrate', '--data-dir', host.dataDir, '--check')).exit).toBe(1);
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    expect(versionIn(host)).toMatchObject({ version: '1' });
  });

  it.skipIf(process.getuid?.() !== 0)('is refused to another user than the one whose directory it is', async () => {
    await using host = await recordedHost();
    const child = spawn('chown', ['65534', host.dataDir]);
    await once(child, 'exit');
    expect(await runyard('migrate', '--data-dir', host.dataDir)).toMatchObject({
      exit: 69,
      err: expect.stringContaining("call this as the host's user"),
    });
  });

  it('called twice at once, migrates once', async () => {
    await using host = await recordedHost();
    const calls = [1, 2].map(() => spawn(process.execPath, [...quiet, main, 'migrate', '--data-dir', host.dataDir]));
    const said = await Promise.all(calls.map(wholeOutput));
    expect(said.filter((text) => text.startsWith('Migrated'))).toHaveLength(1);
    expect(said.filter((text) => /nothing to do|is held by/.test(text))).toHaveLength(1);
    expect(versionIn(host)).toMatchObject({ version: String(newest) });
  });
});

const wholeOutput = async (child: ChildProcess): Promise<string> => {
  let text = '';
  const hear = (chunk: Buffer): void => {
    text += chunk;
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  await once(child, 'close');
  return text;
};
