import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRunyard, type Runyard } from '@runyard/core';
import { dockerExecutor } from '@runyard/docker-executor';
import { describe, expect, it } from 'vitest';
import { startDocker } from '../engines/docker-engine.ts';
import { dockerRuns } from '../engines/use-docker.ts';
import { leftOnEngine } from './left-on-engine.ts';

const containers = 20;
const lines = 60;
const counting = `i=0; while [ $i -lt ${lines} ]; do echo "line $i"; i=$((i+1)); sleep 0.1; done`;

const logOf = async (runyard: Runyard, id: string): Promise<string[]> => {
  let log = '';
  for await (const { stream, text } of runyard.runs.logs(id)) if (stream !== 'phase') log += text;
  return log.split('\n').slice(0, -1);
};

// Each has printed something, so that it runs.
const allRun = async (runyard: Runyard, ids: readonly string[]): Promise<void> => {
  for (const id of ids)
    for await (const { text } of runyard.runs.logs(id, { follow: true })) if (text.startsWith('line')) break;
};

const whileTheyRun = async (
  { liveRestore, signal }: { liveRestore: boolean; signal: 'SIGTERM' | 'SIGKILL' },
  check: (runyard: Runyard, ids: readonly string[]) => Promise<void>,
): Promise<void> => {
  await using stack = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'runyard-restart-'));
  stack.defer(() => rm(dataDir, { recursive: true, force: true }));
  const engine = stack.use(await startDocker({ liveRestore }));
  const executor = dockerExecutor({
    ...{ host: `unix://${engine.socket}`, image: engine.images.busybox, network: 'none', capacity: 'unlimited' },
  });
  const runyard = stack.use(
    await createRunyard({
      dataDir,
      executors: { docker: executor },
      sizes: { tiny: { cpu: 0.1, memory: '16Mi' } },
    }),
  );
  const job = await runyard.jobs.create({ name: 'count', command: counting, backoff: { infrastructureLimit: 0 } });
  const ids: string[] = [];
  for (let n = 0; n < containers; n++) ids.push((await runyard.jobs.start(job.id)).id);
  await allRun(runyard, ids);
  await engine.end(signal);
  await engine.begin();
  await check(runyard, ids);
  await disposed(runyard, ids);
  expect(await leftOnEngine(engine.socket)).toEqual([]);
};

const disposed = async (runyard: Runyard, ids: readonly string[]): Promise<void> => {
  const over = Promise.withResolvers<void>();
  const look = async (): Promise<void> => {
    const runs = await Promise.all(ids.map((id) => runyard.runs.get(id)));
    if (runs.every(({ attempts }) => attempts.every(({ state }) => state === 'disposed'))) over.resolve();
  };
  const heard = (): void => void look().catch(over.reject);
  runyard.on('attempt.disposed', heard);
  heard();
  await over.promise.finally(() => runyard.off('attempt.disposed', heard));
};

describe.skipIf(!dockerRuns)(`an engine that is restarted while ${containers} containers run`, () => {
  const whole = Array.from({ length: lines }, (_, n) => `line ${n}`);

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'with live-restore, %s: each ends as it should, its log whole',
    {
      timeout: 120_000,
    },
    async (signal) => {
      await whileTheyRun({ liveRestore: true, signal }, async (runyard, ids) => {
        for (const id of ids) {
          expect(await runyard.runs.wait(id)).toMatchObject({ state: 'succeeded', attempt: 1 });
          expect(await logOf(runyard, id)).toEqual(whole);
        }
      });
    },
  );

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'without it, %s: each is an infrastructure failure that says so, its log whole as far as it came',
    {
      timeout: 120_000,
    },
    async (signal) => {
      await whileTheyRun({ liveRestore: false, signal }, async (runyard, ids) => {
        for (const id of ids) {
          expect(await runyard.runs.wait(id)).toMatchObject({ state: 'failed', attempt: 1 });
          const [attempt] = (await runyard.runs.get(id)).attempts;
          expect(attempt?.outcome).toMatchObject({ class: 'infrastructure', sentence: expect.any(String) });
          const log = await logOf(runyard, id);
          expect(log.length).toBeGreaterThan(0);
          expect(log).toEqual(whole.slice(0, log.length));
        }
      });
    },
  );
});
