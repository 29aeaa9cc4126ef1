import { isAttemptMissing } from '@runyard/core';
import { executorInput, scriptLaunch } from '@runyard/core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Replay, startReplay } from '../../../test/engines/k8s/replay.ts';
import { named } from './support/looks.ts';
import { expectedOf, playable, stageOf } from './support/play.ts';
import { until } from './support/until.ts';

// The executor's whole path over HTTP, on a cluster that does with each Job what a real one did.
const useReplay = (speed: number): (() => Replay) => {
  let replay: Replay;
  beforeAll(async () => {
    replay = await startReplay({ speed });
  });
  afterAll(() => replay[Symbol.asyncDispose]());
  return () => replay;
};

describe.concurrent('a cluster as it was recorded', () => {
  const replay = useReplay(20);

  it.each(playable.map((row) => [`${row.name}, Job ${row.job}: ${row.conclude}`, row] as const))(
    '%s',
    async (_, row) => {
      await using stage = await stageOf(replay());
      const { handle, outcome } = await stage.play(row);
      expect(named({ state: 'finished', outcome })).toBe(expectedOf(row));
      expect([...stage.jobsMade().values()].map(({ size }) => size)).toEqual([1]);
      await stage.remove(handle);
      await until(async () => stage.remains().length === 0, 'what the Job owned to be collected');
    },
    60_000,
  );

  it('18c-secret-owner-already-gone: a Job that is deleted before it is started is missing, or lost where the start was faster', async () => {
    await using stage = await stageOf(replay());
    const row = { name: '18c-secret-owner-already-gone', job: 0, conclude: '', looks: '' };
    const seen = await stage.play(row).catch((error: unknown) => error);
    if (!isAttemptMissing(seen)) expect(seen).toMatchObject({ outcome: { class: 'lost' } });
  });

  it.each([
    ['22b-quota-jobs-count', { code: 'executor-unavailable', message: expect.stringContaining('exceeded quota') }],
    ['23b-webhook-unreachable', { code: 'executor-unavailable', message: expect.stringContaining('webhook') }],
    ['23c-admission-policy-denies', { outcome: { class: 'start-failed', reason: 'admission-denied' } }],
  ])('%s: a Job that is refused waits where somebody may mend it, and ends where nobody will', async (name, fault) => {
    await using stage = await stageOf(replay(), { callTimeoutMs: 5000 });
    const spec = stage.executor.parseSpec(executorInput({ image: `lab.local/${name}:1` }));
    const launch = scriptLaunch({ deed: { does: 'print', text: '' }, spec });
    await expect(stage.executor.prepare(launch, stage.signal)).rejects.toMatchObject(fault);
    expect(stage.remains()).toEqual([]);
  });
});

describe('a cluster at its own pace', () => {
  const replay = useReplay(1);

  it('01-success', async () => {
    await using stage = await stageOf(replay(), { speed: 1 });
    const row = playable.find(({ name }) => name === '01-success');
    const { outcome } = await stage.play(row ?? { name: '', job: 0, conclude: '', looks: '' });
    expect(outcome).toMatchObject({ class: 'exited', code: 0 });
  });
});
