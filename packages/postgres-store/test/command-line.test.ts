import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askPostgres } from '../../../test/postgres/ask-postgres.ts';
import { usePostgres } from '../../../test/postgres/use-postgres.ts';
import { newest } from '../src/migrations/all-migrations.ts';

const postgres = usePostgres();
const cli = fileURLToPath(new URL('../../core/dist/cli.js', import.meta.url));
// From here the command finds this package.
const cwd = fileURLToPath(new URL('..', import.meta.url));

describe('runyard --database', () => {
  let schema: string;
  beforeEach(() => {
    schema = postgres.schema();
  });
  afterEach(() => postgres.drop(schema));

  const runyard = (command: string, ...more: string[]) => {
    const args = [cli, command, '--database', postgres.url(), '--schema', schema, ...more, '--json'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
    return { exit: status, said: JSON.parse(stdout), stderr };
  };
  const where = () => `The PostgreSQL schema "${schema}"`;

  it('migrates, and says from where to where', () => {
    expect(runyard('migrate', '--check')).toMatchObject({
      exit: 1,
      said: { store: where(), from: 0, to: newest, due: true },
    });
    expect(runyard('migrate')).toMatchObject({ exit: 0, said: { from: 0, to: newest, migrated: true } });
    expect(runyard('migrate', '--check')).toMatchObject({ exit: 0, said: { from: newest, to: newest, due: false } });
  });

  it('looks through a store, and finds what no store may be', async () => {
    runyard('migrate');
    expect(runyard('doctor')).toMatchObject({ exit: 0, said: { wrong: 0 }, stderr: '' });
    const cursor = `INSERT INTO "${schema}".schedules (job_id, next_fire_at, anchor_at) VALUES ('of nothing', 1, 1)`;
    await askPostgres(postgres.url(), cursor);
    const { exit, said } = runyard('doctor');
    expect(exit).toBe(1);
    expect(said.findings).toContainEqual(
      expect.objectContaining({
        about: 'records',
        level: 'wrong',
        says: 'There are schedules of jobs that are not there: of nothing.',
      }),
    );
  });

  it('says that a server cannot be reached, and ends with 69', () => {
    const args = [cli, 'doctor', '--database', 'postgres://nobody@127.0.0.1:1/none'];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
    expect(stderr).toMatch(/The PostgreSQL server cannot be reached/);
    expect(status).toBe(69);
  });
});
