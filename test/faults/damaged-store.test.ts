import { closeSync, copyFileSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createRunyard } from '@runyard/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { faultsOf, startJob } from './faulty-host.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'runyard-faults-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('a store with damaged pages', () => {
  it('opens, works where it is whole, says what to do where it is not, and works again with its backup', async () => {
    const dataDir = join(dir, 'data');
    const file = join(dataDir, 'runyard.db');
    const jobId = await withHistory(dataDir);
    backUp(file, join(dir, 'backup.db'));
    overwrite(file, rootPageOf(file, 'occurrences'));
    {
      await using runyard = await createRunyard({ dataDir });
      const run = await startJob(runyard, { name: 'works', command: 'true' });
      expect(await runyard.runs.wait(run.id)).toMatchObject({ state: 'succeeded' });
      const met = runyard.jobs.occurrences(jobId, {});
      await expect(met).rejects.toMatchObject({ code: 'store-unavailable' });
      await expect(met).rejects.toThrow(
        /is damaged\. Stop the host, look with `npx runyard doctor`.*put back a backup/,
      );
    }
    rmSync(file);
    for (const end of ['-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
    copyFileSync(join(dir, 'backup.db'), file);
    await using runyard = await createRunyard({ dataDir });
    expect((await runyard.runs.list({ jobId })).items).toHaveLength(3);
    expect(await runyard.jobs.occurrences(jobId, {})).toEqual([]);
  });

  it('met by the engine: the host goes on, and the event says so each time it tries again', async () => {
    const dataDir = join(dir, 'data');
    await withHistory(dataDir);
    overwrite(join(dataDir, 'runyard.db'), rootPageOf(join(dataDir, 'runyard.db'), 'schedules_due'));
    await using runyard = await createRunyard({ dataDir });
    const faults = faultsOf(runyard);
    await faults.said(/A tick of the engine failed.*is damaged.*npx runyard doctor/);
    expect((await runyard.jobs.list()).items).toHaveLength(1);
  });
});

// A store that has seen some runs, closed.
const withHistory = async (dataDir: string): Promise<string> => {
  await using runyard = await createRunyard({ dataDir });
  const job = await runyard.jobs.create({ name: 'history', command: 'true', schedule: { cron: '0 0 1 1 *' } });
  for (let i = 0; i < 3; i++) await runyard.runs.wait((await runyard.jobs.start(job.id)).id);
  return job.id;
};

// As docs/operations.md says, though here no host runs.
const backUp = (file: string, to: string): void => {
  const db = new DatabaseSync(file, { readOnly: true });
  db.prepare('VACUUM INTO ?').run(to);
  db.close();
};

const rootPageOf = (file: string, name: string): number => {
  const db = new DatabaseSync(file);
  const root = db.prepare('SELECT rootpage FROM sqlite_master WHERE name = ?').get(name)?.rootpage;
  db.close();
  return Number(root);
};

const overwrite = (file: string, page: number): void => {
  const size = 4096;
  expect(statSync(file).size).toBeGreaterThanOrEqual(page * size);
  const opened = openSync(file, 'r+');
  writeSync(opened, Buffer.alloc(size, 0xee), 0, size, (page - 1) * size);
  closeSync(opened);
};
