import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRunyard } from '@runyard/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { faultsOf, firstLine, gatedJob, sentenceOf, startJob, wholeLog } from './faulty-host.ts';
import { canMount, readOnly } from './tiny-disk.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'runyard-faults-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe.runIf(canMount)('a data directory that turns read-only', () => {
  it('is refused at the start, with what to do', async () => {
    const dataDir = join(dir, 'data');
    await mkdir(dataDir);
    using _ = readOnly(dataDir);
    await expect(createRunyard({ dataDir })).rejects.toThrow(/is on a read-only file system: make it writable/);
  });

  it('while a host runs: what runs goes on, new runs wait and say why, and all ends well once it can be written', async () => {
    const dataDir = join(dir, 'data');
    await using runyard = await createRunyard({ dataDir });
    const faults = faultsOf(runyard);
    const gated = gatedJob(dir, 'gated', 'echo ended');
    const running = await startJob(runyard, gated.input);
    await firstLine(runyard, running.id);
    const waits = await runyard.jobs.create({ name: 'waits', command: 'echo ran' });

    using mounted = readOnly(dataDir);
    const waiting = await runyard.jobs.start(waits.id);
    expect(await sentenceOf(runyard, waiting.id, /mounted read-only: mount it writable/)).toBe('starting');
    expect(await faults.said(/A log cannot be opened/)).toContain(waiting.id);
    gated.open();

    mounted[Symbol.dispose]();
    expect(await runyard.runs.wait(running.id)).toMatchObject({ state: 'succeeded' });
    expect(await wholeLog(runyard, running.id)).toBe('begun\nended\n');
    expect(await runyard.runs.wait(waiting.id)).toMatchObject({ state: 'succeeded', attempt: 1 });
  });
});
