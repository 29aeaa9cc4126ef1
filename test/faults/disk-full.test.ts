import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRunyard, fileLogStore } from '@runyard/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { faultsOf, firstLine, gatedJob, largeJob, startJob, wholeLog } from './faulty-host.ts';
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

  it('met by a new attempt: it waits and says why, and runs once there is room', async () => {
    using disk = tinyDisk(join(dir, 'disk'), 16);
    await using runyard = await createRunyard({ dataDir: join(disk.dir, 'data') });
    const faults = faultsOf(runyard);
    // The journal has room of its own behind this: what the store writes next takes none of the disk.
    await runyard.jobs.create(largeJob('journal'));
    await runyard.jobs.create({ name: 'waits', command: 'echo ran' });
    disk.fill();
    const run = await startJob(runyard, { name: 'waits', command: 'echo ran' });
    await new Promise((r) => setTimeout(r, 3000));
    console.log(faults.sentences, await runyard.runs.get(run.id));
    disk.empty();
    console.log(await runyard.runs.wait(run.id));
  });
});
