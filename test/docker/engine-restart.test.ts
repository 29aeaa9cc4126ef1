import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRunyard, type Runyard } from '@runyard/core';
import { dockerExecutor } from '@runyard/docker-executor';
import { describe, expect, it } from 'vitest';
import { startDocker } from '../engines/docker-engine.ts';
import { dockerRuns } from '../engines/use-docker.ts';
import { keptByEngine } from './kept-by-engine.ts';
import { leftOnEngine } from './left-on-engine.ts';

const containers = 20;
// All of them run when the engine goes and when it is back, however slow the machine is.
const counting = 'i=0; until [ -e /until/enough ]; do echo "line $i"; i=$((i+1)); sleep 0.1; done; echo "last $i"';

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
  check: (runyard: Runyard, ids: readonly string[], kept: ReadonlyMap<string, string[]>) => Promise<void>,
): Promise<void> => {
  await using stack = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'runyard-restart-'));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const until = join(dir, 'until');
  await mkdir(until);
  const engine = stack.use(await startDocker({ liveRestore }));
  const executor = dockerExecutor({
    ...{ host: `unix://${engine.socket}`, image: engine.images.busybox, network: 'none', capacity: 'unlimited' },
    mounts: [{ source: until }],
  });
  const runyard = stack.use(
    await createRunyard({
      dataDir: join(dir, 'data'),
      executors: { docker: executor },
      sizes: { tiny: { cpu: 0.1, memory: '16Mi' } },
    }),
  );
  const job = await runyard.jobs.create({
    ...{ name: 'count', command: counting, backoff: { infrastructureLimit: 0 } },
    executorOptions: { mounts: [{ source: until, target: '/until' }] },
  });
  const ids: string[] = [];
  for (let n = 0; n < containers; n++) ids.push((await runyard.jobs.start(job.id)).id);
  await allRun(runyard, ids);
  await engine.end(signal);
  await engine.begin();
  const kept = liveRestore ? await keptByEngine(engine.socket, ids) : new Map();
  await writeFile(join(until, 'enough'), '');
  await check(runyard, ids, kept);
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
  const numberOf = (line = ''): number => Number(line.split(' ')[1]);
  const linesTo = (count: number): string[] => Array.from({ length: count }, (_, n) => `line ${n}`);

  // An engine that is killed takes with it what it had read and not yet written, so its own log is what can be asked for.
  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'with live-restore, %s: each ends as it should, its log whole as the engine kept it',
    {
      timeout: 120_000,
    },
    async (signal) => {
      await whileTheyRun({ liveRestore: true, signal }, async (runyard, ids, kept) => {
        for (const id of ids) {
          expect(await runyard.runs.wait(id)).toMatchObject({ state: 'succeeded', attempt: 1 });
          const log = await logOf(runyard, id);
          const before = kept.get(id) ?? [];
          const next = numberOf(before.at(-1)) + 1;
          const last = numberOf(log.at(-1));
          expect(log).toEqual([...before, ...linesTo(last).slice(next), `last ${last}`]);
          if (signal === 'SIGTERM') expect(before).toEqual(linesTo(before.length));
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
          expect(log).toEqual(linesTo(log.length));
        }
      });
    },
  );
});
