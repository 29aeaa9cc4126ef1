import { existsSync, readFileSync, watch } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRunyard, type JobInput, type LogLine } from '@runyard/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HostProcess, startHostProcess } from './host/host-process.ts';

const seconds = process.env.RUNYARD_FULL === '1' ? 20 : 4;
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'runyard-crash-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const startHost = (dataDir: string): Promise<HostProcess> =>
  startHostProcess({ dataDir, database: null, storeTime: null, leaseMs: 10_000, shared: null, dieAt: null });

const startJob = async (host: HostProcess, job: JobInput): Promise<string> => {
  const [jobId = ''] = await host.call('apply', [job]);
  return host.call('start', jobId);
};

// Says when a file has this many lines, without looking again and again.
const linesIn = (file: string, wanted: number): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (!existsSync(file) || readFileSync(file, 'utf8').split('\n').length <= wanted) return;
      watcher.close();
      resolve();
    };
    const watcher = watch(dir, look);
    look();
  });

const wholeLog = async (lines: AsyncIterable<LogLine>): Promise<string[]> => {
  const texts: string[] = [];
  for await (const { stream, text } of lines) if (stream !== 'phase') texts.push(text);
  return texts.join('').trimEnd().split('\n');
};

describe('a host that is killed while a job runs', () => {
  it(`leaves the job running; the next host adopts it, with its log whole, and it happened once (${seconds} s)`, async () => {
    const effects = join(dir, 'effects');
    const dataDir = join(dir, 'data');
    const ticks = seconds * 5;
    const first = await startHost(dataDir);
    const runId = await startJob(first, {
      name: 'sleeper',
      command: `echo "$RUNYARD_ATTEMPT" >> ${effects}; i=0; while [ $i -lt ${ticks} ]; do i=$((i+1)); echo "line $i"; echo $i >> ${dir}/progress; sleep 0.2; done`,
    });
    await linesIn(join(dir, 'progress'), 3);
    await first.kill();

    await using runyard = await createRunyard({ dataDir });
    expect((await runyard.runs.get(runId)).state).toBe('running');
    const run = await runyard.runs.wait(runId);

    expect(run).toMatchObject({ state: 'succeeded', reason: 'completed', attempt: 1 });
    expect(await wholeLog(runyard.runs.logs(runId))).toEqual(Array.from({ length: ticks }, (_, i) => `line ${i + 1}`));
    expect(readFileSync(effects, 'utf8').trim().split('\n')).toEqual([`${runId}.1`]);
  });

  it('leaves a job that ends while no host is up; the next host has its end and its log', async () => {
    const dataDir = join(dir, 'data');
    const first = await startHost(dataDir);
    const runId = await startJob(first, {
      name: 'short',
      command: `echo begun >> ${dir}/progress; sleep 1; echo end; echo ended >> ${dir}/progress; exit 3`,
    });
    await linesIn(join(dir, 'progress'), 1);
    await first.kill();
    await linesIn(join(dir, 'progress'), 2);

    await using runyard = await createRunyard({ dataDir });
    expect(await runyard.runs.wait(runId)).toMatchObject({ state: 'failed', reason: 'exit-code' });
    expect(await wholeLog(runyard.runs.logs(runId))).toEqual(['end']);
  });

  it('closes without stopping the job, which the next host adopts', async () => {
    const dataDir = join(dir, 'data');
    const first = await startHost(dataDir);
    const runId = await startJob(first, {
      name: 'deploy',
      command: `echo begun >> ${dir}/progress; sleep 1; echo survived`,
    });
    await linesIn(join(dir, 'progress'), 1);
    await first.close();

    await using runyard = await createRunyard({ dataDir });
    expect(await runyard.runs.wait(runId)).toMatchObject({ state: 'succeeded' });
    expect(await wholeLog(runyard.runs.logs(runId))).toEqual(['survived']);
  });
});
