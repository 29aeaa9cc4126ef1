import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkpoints } from '../../packages/core/src/engine/checkpoints.ts';
import { leftOnEngine } from '../docker/left-on-engine.ts';
import { dockerRuns, useDocker } from '../engines/use-docker.ts';
import { HostGone, type HostProcess, startHostProcess } from './host/host-process.ts';
import { untilTrue } from './host/read-back.ts';
import type { HostSetup } from './host/setup.ts';
import { readSaid } from './jobs/executions.ts';

const points = checkpoints.filter((point) => !point.startsWith('fire.'));

describe.skipIf(!dockerRuns)('a host that dies at a checkpoint, with its job on a Docker engine', () => {
  const engine = useDocker();
  let dir: string;
  let setup: HostSetup;
  let host: HostProcess;
  let jobId: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'runyard-points-'));
    mkdirSync(join(dir, 'said'));
    setup = {
      ...{ dataDir: join(dir, 'data'), database: null, storeTime: null, leaseMs: 1000, shared: null, dieAt: null },
      docker: {
        host: `unix://${engine().socket}`,
        image: engine().images.busybox,
        mounts: { said: join(dir, 'said') },
        gpus: 'none',
      },
    };
    host = await startHostProcess(setup);
    const command = `
      attempt=\${RUNYARD_ATTEMPT##*.}
      echo "begin $RUNYARD_ATTEMPT 0" >>/said/file
      for i in 1 2 3; do echo "line $i"; sleep 0.1; done
      echo "end $RUNYARD_ATTEMPT 0" >>/said/file
      [ $attempt -eq 2 ] || exit 3`;
    const job = {
      ...{ name: 'twice', executor: 'docker', command, backoff: { limit: 1, initialMs: 0 } },
      executorOptions: { mounts: [{ source: 'said', target: '/said', readOnly: false }] },
    };
    [jobId = ''] = await host.call('apply', [job]);
  }, 60_000);
  afterAll(async () => {
    await host?.close();
    await rm(dir, { recursive: true, force: true });
  });

  const expectOneOfEach = async (runId: string): Promise<void> => {
    const { run, log } = await host.call('outcome', runId);
    expect(run).toMatchObject({ state: 'succeeded', attempt: 2, failures: 1, infrastructureFailures: 0 });
    expect(log).toBe('line 1\nline 2\nline 3\n'.repeat(2));
    const said = readSaid(join(dir, 'said', 'file')).filter(({ key }) => key.startsWith(runId));
    expect(said.map(({ what, key }) => `${what} ${key}`)).toEqual([
      `begin ${runId}.1`,
      `end ${runId}.1`,
      `begin ${runId}.2`,
      `end ${runId}.2`,
    ]);
    // What was made by a host that died before it was recorded is the sweeper's.
    await untilTrue(20_000, async () => (await leftOnEngine(engine().socket)).length === 0);
    expect(await leftOnEngine(engine().socket)).toEqual([]);
  };

  // A lost answer is asked for once more, with the same key.
  it('every host dies at the next point of one and the same run: each attempt runs once, and it ends as it should', {
    timeout: 180_000,
  }, async () => {
    await host.close();
    for (const dieAt of points)
      try {
        host = await startHostProcess({ ...setup, dieAt });
        await host.call('outcome', await host.call('start', jobId, 'chain'));
        throw new Error(`${dieAt} was never passed`);
      } catch (error) {
        if (!(error instanceof HostGone)) throw error;
        expect(error.how).toBe('SIGKILL');
      }
    host = await startHostProcess(setup);
    await expectOneOfEach(await host.call('start', jobId, 'chain'));
  });

  it.each(process.env.RUNYARD_FULL === '1' ? points : [])(
    '%s: each attempt runs once, and it ends as it should',
    {
      timeout: 60_000,
    },
    async (point) => {
      await host.call('dieAt', point);
      await host
        .call('start', jobId, point)
        .then((id) => host.call('outcome', id))
        .catch((error: unknown) => {
          if (!(error instanceof HostGone)) throw error;
        });
      expect(await host.gone).toBe('SIGKILL');
      host = await startHostProcess(setup);
      await expectOneOfEach(await host.call('start', jobId, point));
    },
  );
});
