import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkpoints } from '../../packages/core/src/engine/checkpoints.ts';
import { randomOf } from '../simulation/random.ts';
import { check, countsOf } from './checker/check.ts';
import { startDatabase, type TestDatabase } from './database.ts';
import { HostGone, type HostProcess, startHostProcess } from './host/host-process.ts';
import { untilTrue } from './host/read-back.ts';
import type { HostSetup } from './host/setup.ts';
import { readSaid, reporting } from './jobs/executions.ts';
import { leftOfAttempts } from './leftovers.ts';
import { randomJob } from './random/random-jobs.ts';
import { newWorld } from './random/world.ts';

const ofAFire = checkpoints.filter((point) => point.startsWith('fire.'));
const ofAStart = checkpoints.filter((point) => !point.startsWith('fire.'));

describe.each(['sqlite', 'postgres'])('a host that dies at a checkpoint, on %s', (store) => {
  let server: TestDatabase | null = null;
  let dir: string;
  let setup: HostSetup;
  let host: HostProcess;
  let jobId: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'runyard-points-'));
    server = store === 'postgres' ? await startDatabase(null) : null;
    setup = {
      dataDir: join(dir, 'data'),
      database: server?.database ?? null,
      storeTime: null,
      leaseMs: 1000,
      shared: null,
      dieAt: null,
    };
    host = await startHostProcess(setup);
    const work = 'for i in 1 2 3; do echo "line $i"; sleep 0.1; done; [ $attempt -eq 2 ] || code=3';
    const command = reporting(join(dir, 'said'), work);
    [jobId = ''] = await host.call('apply', [{ name: 'twice', command, backoff: { limit: 1, initialMs: 0 } }]);
  });
  afterAll(async () => {
    await host?.close();
    await server?.[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });

  // Started again until one is up: hosts that die while they start count too.
  const untilItDies = async (what: () => Promise<unknown>): Promise<void> => {
    await what().catch((error: unknown) => {
      if (!(error instanceof HostGone)) throw error;
      expect(error.how).toBe('SIGKILL');
    });
  };

  const expectOneOfEach = async (runId: string): Promise<void> => {
    const { run, log } = await host.call('outcome', runId);
    expect(run).toMatchObject({ state: 'succeeded', attempt: 2, failures: 1, infrastructureFailures: 0 });
    expect(log).toBe('line 1\nline 2\nline 3\n'.repeat(2));
    const said = readSaid(join(dir, 'said')).filter(({ key }) => key.startsWith(runId));
    expect(said.map(({ what, key }) => `${what} ${key}`)).toEqual([
      `begin ${runId}.1`,
      `end ${runId}.1`,
      `begin ${runId}.2`,
      `end ${runId}.2`,
    ]);
    // What was thrown away by halves when its host died is the sweeper's.
    const left = (): string[] => leftOfAttempts(dir, [setup.dataDir]);
    await untilTrue(20_000, async () => left().length === 0);
    expect(left()).toEqual([]);
  };

  it.each(ofAStart)('%s: each attempt runs once, and it ends as it should', async (point) => {
    await host.call('dieAt', point);
    await untilItDies(async () => host.call('outcome', await host.call('start', jobId, point)));
    expect(await host.gone).toBe('SIGKILL');
    host = await startHostProcess(setup);
    // The answer to the start may have been lost with the host, so it is asked for once more with the same key.
    await expectOneOfEach(await host.call('start', jobId, point));
  });

  it('every host dies at the next point of one and the same run: each attempt runs once, and it ends as it should', {
    timeout: 120_000,
  }, async () => {
    await host.close();
    for (const dieAt of ofAStart)
      await untilItDies(async () => {
        host = await startHostProcess({ ...setup, dieAt });
        await host.call('outcome', await host.call('start', jobId, 'chain'));
        throw new Error(`${dieAt} was never passed`);
      });
    host = await startHostProcess(setup);
    await expectOneOfEach(await host.call('start', jobId, 'chain'));
  });

  it(`${ofAFire.join(', ')}: no instant is missed or doubled, under any policy`, { timeout: 120_000 }, async () => {
    await using world = await newWorld({ hosts: 1, on: store });
    const at = { file: world.file, factor: world.storeTime.factor, executors: world.executors };
    const random = randomOf(store);
    await world.save([0, 1, 2, 3].map((n) => randomJob(n, random, at)));
    for (const passes of [1, 6])
      for (const point of ofAFire) {
        const host = await world.slots[0]?.up();
        await host?.call('dieAt', point, passes);
        expect(await host?.gone).toBe('SIGKILL');
      }
    const history = await world.end();
    expect(check(history)).toEqual([]);
    expect(countsOf(history).executions).toBeGreaterThan(3);
  });
});
