import { describe, expect, it } from 'vitest';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import { mostInFlight, patientStore } from '../src/engine/patient-store.ts';
import { newPressure } from '../src/engine/pressure.ts';
import type { RunyardEvents } from '../src/ports/events.ts';
import type { CommitResult, Store } from '../src/ports/store.ts';
import { id, insertJob } from '../src/testing/describe-store/records.ts';
import { ManualClock } from '../src/testing/manual-clock/manual-clock.ts';

const quiet = (): void => {};

/** A memory store whose calls can be left unanswered. */
const bench = (change: Partial<Store> = {}) => {
  const clock = new ManualClock();
  const told: RunyardEvents['engine.pressure'][] = [];
  let late = 0;
  const pressure = newPressure({
    clock,
    logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    emit: (event) => told.push(event),
  });
  const patient = patientStore(Object.assign(memoryStore(), change), {
    clock,
    pressure,
    timeoutMs: 10_000,
    slowMs: 1_000,
    onLate: () => late++,
  });
  return { clock, told, ...patient, late: () => late };
};

const never = <T>(): Promise<T> => new Promise(() => {});
const unavailable = { code: 'store-unavailable' };

describe('patience with the store', () => {
  it('ends with a call that hangs, and others are answered meanwhile', async () => {
    const { clock, store } = bench({ run: never });
    const hung = expect(store.run(id('run'))).rejects.toMatchObject(unavailable);
    expect(await store.job(id('job'))).toBe(null);
    await clock.advance(20_000);
    await hung;
    await store.close();
  });

  it('gives lists more time than what the engine asks', async () => {
    const answer = Promise.withResolvers<never[]>();
    const { clock, store } = bench({ occurrences: () => answer.promise });
    const list = store.occurrences({ jobId: id('job'), from: 0, to: 1, limit: 1 });
    await clock.advance(30_000);
    answer.resolve([]);
    expect(await list).toEqual([]);
    await store.close();
  });

  it('tells of a commit that was given up and was written after all', async () => {
    const answer = Promise.withResolvers<CommitResult[]>();
    const { clock, store, late } = bench({ commit: () => answer.promise });
    const given = expect(store.commit([])).rejects.toMatchObject(unavailable);
    await clock.advance(20_000);
    await given;
    expect(late()).toBe(0);
    answer.resolve([]);
    await clock.settled(Promise.resolve());
    expect(late()).toBe(1);
    await store.close();
  });

  it('has so many commits in flight and no more; the others are sent in their order when those are answered', async () => {
    const sent: string[] = [];
    const answers: (() => void)[] = [];
    const { clock, store, load } = bench({
      commit: ([batch]) => {
        const [change] = batch ?? [];
        sent.push(change?.kind === 'job.insert' ? change.job.spec.name : '');
        return new Promise((resolve) => answers.push(() => resolve([{ ok: true }])));
      },
    });
    const all = Array.from({ length: mostInFlight + 3 }, (_, n) =>
      store.commit([[insertJob({ spec: { name: `j${n}` } })]]),
    );
    expect(load()).toMatchObject({ inFlight: mostInFlight, waiting: 3 });
    for (let n = 0; n < all.length; n++) {
      answers[n]?.();
      await all[n];
    }
    expect(sent).toEqual(all.map((_, n) => `j${n}`));
    expect(load()).toEqual({ inFlight: 0, waiting: 0, silentMs: 0 });
    await clock.advance(60_000);
    await store.close();
  });

  it('does not send what has waited in vain, and says so', async () => {
    let sent = 0;
    const { clock, store } = bench({
      commit: () => {
        sent++;
        return never();
      },
    });
    const all = Array.from({ length: mostInFlight + 1 }, () => store.commit([]));
    const results = Promise.allSettled(all);
    await clock.advance(20_000);
    const reasons = (await results).map((one) => (one.status === 'rejected' ? String(one.reason) : one.status));
    expect(reasons.at(0)).toMatch(/may still happen/);
    expect(reasons.at(-1)).toMatch(/was not sent/);
    expect(sent).toBe(mostInFlight);
    await store.close();
  });

  it('says once that answers take long, and once that this is over', async () => {
    let answer = Promise.withResolvers<null>();
    const { clock, store, told } = bench({ run: () => answer.promise });
    const slow = async (ms: number): Promise<void> => {
      answer = Promise.withResolvers();
      const run = store.run(id('run'));
      await clock.advance(ms);
      answer.resolve(null);
      await run;
    };
    await slow(900);
    await clock.advance(60_000);
    expect(told).toEqual([]);
    await slow(3_000);
    await slow(3_000);
    expect(told).toMatchObject([{ state: 'entered', reason: 'store-slow', figures: { slowestMs: 1_250 } }]);
    expect(told[0]?.sentence).toMatch(/1250 ms/);
    await clock.advance(60_000);
    expect(told).toMatchObject([{}, { state: 'left', reason: 'store-slow', since: told[0]?.since }]);
    expect(clock.pending()).toEqual([]);
    await store.close();
  });

  it('passes on what a store may have and leaves out what it has not', () => {
    expect(bench().store.time).toBe(undefined);
    expect(bench().store.watch).toBe(undefined);
    expect(bench({ time: async () => 1 }).store.time).toBeTypeOf('function');
    expect(bench({ watch: () => {} }).store.watch).toBeTypeOf('function');
  });
});
