import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkpoints } from '../../packages/core/src/engine/checkpoints.ts';
import { HostGone, type HostProcess, startHostProcess } from './host/host-process.ts';
import type { HostSetup } from './host/setup.ts';
import { readSaid, reporting } from './jobs/executions.ts';
import { leftOfAttempts } from './leftovers.ts';

const ofAStart = checkpoints.filter((point) => !point.startsWith('fire.'));

describe.each(['sqlite'])('a host that dies at a checkpoint, on %s', () => {
  let dir: string;
  let setup: HostSetup;
  let host: HostProcess;
  let jobId: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'runyard-points-'));
    setup = { dataDir: join(dir, 'data'), database: null, storeTime: null, leaseMs: 1000, shared: null };
    host = await startHostProcess(setup);
    const command = reporting(
      join(dir, 'said'),
      'for i in 1 2 3; do echo "line $i"; sleep 0.1; done; [ $attempt -eq 2 ] || code=3',
    );
    [jobId = ''] = await host.call('apply', [{ name: 'twice', command, backoff: { limit: 1, initialMs: 0 } }]);
  });
  afterAll(async () => {
    await host?.close();
    await rm(dir, { recursive: true, force: true });
  });

  const dieIn = async (what: () => Promise<unknown>): Promise<void> => {
    await what().catch((error: unknown) => {
      if (!(error instanceof HostGone)) throw error;
    });
    expect(await host.gone).toBe('SIGKILL');
    host = await startHostProcess(setup);
  };

  it.each(ofAStart)('%s: each attempt runs once, and it ends as it should', async (point) => {
    await host.call('dieAt', point);
    await dieIn(async () => host.call('outcome', await host.call('start', jobId, point)));
    const runId = await host.call('start', jobId, point);
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
    expect(leftOfAttempts(dir, [setup.dataDir])).toEqual([]);
  });
});
