import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkpoints } from '../../../packages/core/src/engine/checkpoints.ts';
import { HostGone, type HostProcess, startHostProcess } from '../../crash/host/host-process.ts';
import { untilTrue } from '../../crash/host/read-back.ts';
import type { HostSetup } from '../../crash/host/setup.ts';
import type { ObjectChange } from '../../engines/k8s/cluster.ts';
import { hostSetup } from '../support/host-setup.ts';
import { newNamespace, type TestNamespace } from '../support/namespace.ts';
import type { Runs } from '../support/use-runs.ts';
import { startWitness, type Witness } from '../support/witness.ts';

// Carried out, and the answer not yet with the host.
const writes: Record<string, (change: ObjectChange) => boolean> = {
  'its Job is made': ({ type, resource }) => type === 'ADDED' && resource === 'jobs',
  'its Secret is made': ({ type, resource }) => type === 'ADDED' && resource === 'secrets',
  'its Job is started': ({ type, resource, object }) =>
    type === 'MODIFIED' && resource === 'jobs' && object.spec.suspend === false,
  'its Job is deleted': ({ resource, object }) =>
    resource === 'jobs' && object.metadata.deletionTimestamp !== undefined,
};

const all = checkpoints.filter((point) => !point.startsWith('fire.'));

export const points = (runs: Runs) =>
  describe('a host that dies at a checkpoint', () => {
    let dir: string;
    let namespace: TestNamespace;
    let witness: Witness;
    let setup: HostSetup;
    let host: HostProcess;
    let jobId: string;

    beforeAll(async () => {
      dir = await mkdtemp(join(tmpdir(), 'runyard-points-'));
      namespace = newNamespace(runs.cluster);
      witness = await startWitness();
      setup = hostSetup(runs.cluster, { dataDir: join(dir, 'data'), namespace });
      host = await startHostProcess(setup);
      const command = `${witness.functions}
        say "begin $RUNYARD_ATTEMPT"
        for i in 1 2 3; do echo "line $i"; sleep 0.1; done
        say "end $RUNYARD_ATTEMPT"
        [ \${RUNYARD_ATTEMPT##*.} = 2 ] || exit 3`;
      const job = { name: 'twice', executor: 'k8s', size: 'tiny', command, backoff: { limit: 1, initialMs: 0 } };
      [jobId = ''] = await host.call('apply', [job]);
    }, 60_000);
    afterAll(async () => {
      await host?.close();
      await witness?.[Symbol.asyncDispose]();
      namespace?.[Symbol.dispose]();
      await rm(dir, { recursive: true, force: true, maxRetries: 5 });
    });

    const expectOneOfEach = async (runId: string): Promise<void> => {
      const { run, log } = await host.call('outcome', runId);
      expect(run).toMatchObject({ state: 'succeeded', attempt: 2, failures: 1, infrastructureFailures: 0 });
      expect(log).toBe('line 1\nline 2\nline 3\n'.repeat(2));
      expect(witness.lines.filter((line) => line.includes(runId))).toEqual(
        [1, 2].flatMap((attempt) => [`begin ${runId}.${attempt}`, `end ${runId}.${attempt}`]),
      );
      const ofRun = (resource: 'jobs' | 'pods'): number =>
        namespace.made(resource).filter(({ metadata }) => metadata.labels?.['runyard.dev/run'] === runId).length;
      expect([ofRun('jobs'), ofRun('pods')]).toEqual([2, 2]);
      // What was made by a host that died before it was recorded is the sweeper's.
      await untilTrue(20_000, async () => namespace.left().length === 0);
      expect(namespace.left()).toEqual([]);
    };

    // A lost answer is asked for once more, with the same key. Some points are passed while a host starts.
    const untilItDies = async (key: string, setup: HostSetup, begun = (_: HostProcess) => {}): Promise<void> => {
      try {
        host = await startHostProcess(setup);
        begun(host);
        await host.call('outcome', await host.call('start', jobId, key));
      } catch (error) {
        if (!(error instanceof HostGone)) throw error;
        return expect(error.how).toBe('SIGKILL');
      }
      throw new Error('the run is over, and the host lives');
    };

    it('every host dies at the next point of one and the same run: each attempt runs once, and it ends as it should', {
      timeout: 180_000,
    }, async () => {
      await host.close();
      for (const dieAt of all) await untilItDies('chain', { ...setup, dieAt });
      host = await startHostProcess(setup);
      await expectOneOfEach(await host.call('start', jobId, 'chain'));
    });

    it(`every host dies as ${Object.keys(writes).join(', ')}: each attempt runs once, and it ends as it should`, {
      timeout: 60_000,
    }, async () => {
      await host.close();
      for (const isIt of Object.values(writes)) {
        let dying: HostProcess | null = null;
        const stop = runs.cluster.api.objects.on((change) => {
          if (change.object.metadata.namespace === namespace.name && isIt(change)) dying?.signal('SIGKILL');
        });
        await untilItDies('writes', setup, (begun) => {
          dying = begun;
        }).finally(stop);
      }
      host = await startHostProcess(setup);
      await expectOneOfEach(await host.call('start', jobId, 'writes'));
    });

    it.each(process.env.RUNYARD_FULL === '1' ? all : [])(
      '%s: each attempt runs once, and it ends as it should',
      { timeout: 60_000 },
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
