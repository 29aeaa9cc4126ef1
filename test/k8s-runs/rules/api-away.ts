import { setTimeout as sleep } from 'node:timers/promises';
import type { JobInput } from '@runyard/core';
import { EventRecorder } from '@runyard/core/testing';
import { describe, expect, it } from 'vitest';
import { storeClock } from '../../crash/host/store-time.ts';
import type { OnCluster, Runs } from '../support/use-runs.ts';

// Of the library's clock; the cluster and its pods live in real time.
const factor = 120;
const minutes = 10;

export const apiAway = (runs: Runs) =>
  describe(`an API server that is away for ${minutes} minutes`, () => {
    const timings = {
      ...{ storeTimeoutMs: 10_000 * factor, storeSlowMs: 1000 * factor, placeTimeoutMs: 5000 * factor },
    };
    const sizes = { tiny: { cpu: 0.1, memory: '32Mi' }, 'gpu-2': { cpu: 0.1, memory: '32Mi', gpu: { count: 2 } } };
    const open = (): Promise<OnCluster> =>
      runs.open({ timings, sizes, clock: storeClock({ origin: Date.now(), factor }, () => 0) });
    const named = ({ witness }: OnCluster, name: string, then: string): JobInput => ({
      ...{ name, limits: { graceMs: 600_000 } },
      command: `${witness.functions}\nsay "begin ${name} $RUNYARD_ATTEMPT"; echo begun; ${then}; echo over; say "end ${name}"`,
    });

    it('runs stay as they are, starts queue, nothing fails, and all end well when it is back', async () => {
      await using on = await open();
      using recorder = new EventRecorder(on.runyard);
      const started = async (job: JobInput): Promise<string> => (await on.start(job)).id;
      const ids = {
        runs: await started(named(on, 'runs', 'hold')),
        ends: await started(named(on, 'ends', 'sleep 2')),
        stops: await started(named(on, 'stops', "trap 'echo told; exit 0' TERM; hold")),
        waits: await started({ ...named(on, 'waits', ':'), hardware: 'gpu', size: 'gpu-2' }),
      };
      for (const name of ['runs', 'ends', 'stops'] as const) {
        await on.witness.heard(`begin ${name} ${ids[name]}.1`);
        await on.until(ids[name], ({ state }) => state === 'running');
      }
      await on.until(ids.waits, ({ sentence }) => /Insufficient nvidia/.test(sentence ?? ''));

      let late = '';
      let later = '';
      await runs.whileAway(async () => {
        late = await started(named(on, 'late', ':'));
        await on.runyard.runs.cancel(ids.stops);
        await sleep((minutes * 30_000) / factor);
        later = await started(named(on, 'later', ':'));
        await sleep((minutes * 30_000) / factor);
        const views = await Promise.all([...Object.values(ids), late, later].map((id) => on.runyard.runs.get(id)));
        expect(views.map(({ jobName, state }) => `${jobName} ${state}`)).toEqual([
          ...['runs running', 'ends running', 'stops stopping', 'waits starting'],
          ...['late starting', 'later queued'],
        ]);
        for (const { sentence } of views)
          expect(sentence).toMatch(/^(Its place|Waiting for|Waits for) .*Kubernetes API server .* could not be asked/);
        expect((await on.runyard.health()).executors.k8s).toMatchObject({ status: 'unavailable' });
        // It ended all the same, and nobody could tell us.
        expect(on.witness.lines).toContain('end ends');
        expect(recorder.all('attempt.ended')).toEqual([]);
      });

      runs.cluster.addNode({ name: 'with-gpus', allocatable: { 'nvidia.com/gpu': '2' } });
      on.witness.release();
      for (const id of [ids.runs, ids.ends, ids.waits, late, later]) {
        expect(await on.outcome(id)).toMatchObject({ state: 'succeeded', attempt: 1, infrastructureFailures: 0 });
        expect(await on.log(id)).toBe('begun\nover\n');
      }
      expect(await on.outcome(ids.stops)).toMatchObject({ state: 'cancelled', reason: 'cancelled-by-user' });
      const begun = on.witness.lines.filter((line) => line.startsWith('begin '));
      expect(begun.sort()).toEqual(
        Object.entries({ ...ids, late, later })
          .map(([name, id]) => `begin ${name} ${id}.1`)
          .sort(),
      );
      expect(on.namespace.made('jobs')).toHaveLength(6);
      expect(on.namespace.left()).toEqual([]);
    }, 60_000);
  });
