import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startHostProcess } from '../../crash/host/host-process.ts';
import { hostSetup } from '../support/host-setup.ts';
import { newNamespace } from '../support/namespace.ts';
import type { Runs } from '../support/use-runs.ts';
import { startWitness } from '../support/witness.ts';

export const killedHost = (runs: Runs) =>
  describe('a host that is killed while a job runs', () => {
    it('leaves it running; the next ones adopt it: one run, one Job, one pod, its log whole to the byte', async () => {
      await using stack = new AsyncDisposableStack();
      const dir = await mkdtemp(join(tmpdir(), 'runyard-killed-'));
      stack.defer(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }));
      using namespace = newNamespace(runs.cluster);
      await using witness = await startWitness();
      const setup = hostSetup(runs.cluster, { dataDir: join(dir, 'data'), namespace });
      let host = await startHostProcess(setup);
      stack.defer(() => host.kill());
      const command = `${witness.functions}
        say "begin $RUNYARD_ATTEMPT"; hold & i=0
        while kill -0 $! 2>/dev/null; do i=$((i+1)); echo "line $i"; sleep 0.02; done
        say "lines $i"; exit 5`;
      const [jobId = ''] = await host.call('apply', [{ name: 'long', executor: 'k8s', size: 'tiny', command }]);
      const runId = await host.call('start', jobId);
      await witness.heard(`begin ${runId}.1`);
      for (let times = 0; times < 2; times++) {
        await host.kill();
        host = await startHostProcess(setup);
        await host.call('running', runId);
      }
      await host.kill();
      // It ends while nobody is there.
      witness.release();
      await witness.heard(/^lines /);
      host = await startHostProcess(setup);
      const { run, log } = await host.call('outcome', runId);

      expect(run).toMatchObject({ state: 'failed', reason: 'exit-code', attempt: 1, failures: 1 });
      const lines = Number(witness.lines.at(-1)?.replace('lines ', ''));
      expect(lines).toBeGreaterThan(20);
      expect(log).toBe(Array.from({ length: lines }, (_, n) => `line ${n + 1}\n`).join(''));
      expect(witness.lines).toEqual([`begin ${runId}.1`, `lines ${lines}`]);
      expect(namespace.made('jobs').map(({ metadata }) => metadata.name)).toEqual([`runyard-${runId}-1`]);
      expect(namespace.made('pods')).toHaveLength(1);
      expect(namespace.left()).toEqual([]);
      await host.close();
    }, 60_000);
  });
