import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRunyard, fileLogStore, sqliteStore } from '@runyard/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { faultsOf, firstLine, gatedJob, largeJob, sentenceOf, startJob, wholeLog } from './faulty-host.ts';
import { canMount, tinyDisk } from './tiny-disk.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'runyard-faults-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe.runIf(canMount)('a full disk', () => {
  it('under the data directory: what cannot be kept is refused with a sentence, a running job ends as it ended, and all goes on once there is room', async () => {
    using disk = tinyDisk(join(dir, 'disk'), 16);
    await using runyard = await createRunyard({ dataDir: join(disk.dir, 'data') });
    const faults = faultsOf(runyard);
    const gated = gatedJob(dir, 'gated', 'exit 7');
    const run = await startJob(runyard, gated.input);
    await firstLine(runyard, run.id);

    disk.fill();
    await expect(runyard.jobs.create(largeJob('large'))).rejects.toThrow(
      /The disk of the store at .* is full: make room/,
    );
    gated.open();
    await faults.said(/is full: make room/);
    expect(await runyard.runs.get(run.id)).toMatchObject({ state: 'running' });

    disk.empty();
    expect(await runyard.runs.wait(run.id)).toMatchObject({ state: 'failed', reason: 'exit-code' });
    expect(await wholeLog(runyard, run.id)).toBe('begun\n');
    const next = await startJob(runyard, { name: 'after', command: 'true' });
    expect(await runyard.runs.wait(next.id)).toMatchObject({ state: 'succeeded' });
  });

  it('under the logs: the job goes on, the log waits and an event says so, and no line is missing once there is room', async () => {
    using disk = tinyDisk(join(dir, 'disk'), 2);
    await using runyard = await createRunyard({
      dataDir: join(dir, 'data'),
      logStore: fileLogStore({ dir: join(disk.dir, 'logs') }),
    });
    const faults = faultsOf(runyard);
    const lines = 3_000;
    const gated = gatedJob(
      dir,
      'talker',
      `i=0; while [ $i -lt ${lines} ]; do i=$((i+1)); echo "line $i"; done; echo done > ${dir}/through`,
    );
    const run = await startJob(runyard, gated.input);
    await firstLine(runyard, run.id);

    disk.fill();
    gated.open();
    expect(await faults.said(/A log cannot be written\./)).toMatch(/no space left/i);
    expect(await runyard.runs.wait(run.id)).toMatchObject({ state: 'succeeded' });

    disk.empty();
    expect(await wholeLog(runyard, run.id)).toBe(
      `begun\n${Array.from({ length: lines }, (_, i) => `line ${i + 1}\n`).join('')}`,
    );
  });

  it('under the attempts: a run waits and says why, and runs once there is room', async () => {
    using disk = tinyDisk(join(dir, 'disk'), 4);
    await using runyard = await createRunyard({
      dataDir: join(disk.dir, 'data'),
      store: sqliteStore({ file: join(dir, 'elsewhere.db') }),
      logStore: fileLogStore({ dir: join(dir, 'logs') }),
    });
    disk.fill();
    const run = await startJob(runyard, { name: 'waits', command: 'echo ran' });
    expect(await sentenceOf(runyard, run.id, /disk of the data directory is full: make room/)).toBe('starting');

    disk.empty();
    expect(await runyard.runs.wait(run.id)).toMatchObject({ state: 'succeeded', attempt: 1 });
    expect(await wholeLog(runyard, run.id)).toBe('ran\n');
  });
});
