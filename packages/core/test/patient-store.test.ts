import { describe, expect, it } from 'vitest';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import { assertAcceptsStarts } from '../src/engine/accepts-starts.ts';
import type { EngineSettings } from '../src/engine/context.ts';
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
      commit: ([batch]) => {
        if (batch?.[0]?.kind !== 'instance.forget') sent++; // its own question whether writes are answered again
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

  it('tells of a commit that was given up and rejected later, since that may have been written too', async () => {
    const answer = Promise.withResolvers<CommitResult[]>();
    const { clock, store, late } = bench({ commit: () => answer.promise });
    const given = expect(store.commit([])).rejects.toMatchObject(unavailable);
    await clock.advance(20_000);
    await given;
    answer.reject(new Error('The connection ended.'));
    await clock.settled(Promise.resolve());
    expect(late()).toBe(1);
    await store.close();
  });

  it('is unsure for a while after a commit was rejected, and has somebody look once more at its end', async () => {
    const { clock, store, late, isUnsure } = bench({
      commit: () => Promise.reject(new Error('The connection ended.')),
    });
    expect(isUnsure()).toBe(false);
    await expect(store.commit([])).rejects.toThrow('ended');
    await clock.advance(39_000);
    expect([isUnsure(), late()]).toEqual([true, 0]);
    await clock.advance(2_000);
    expect([isUnsure(), late()]).toEqual([false, 1]);
    expect(clock.pending()).toEqual([]);
    await store.close();
  });

  it('ends with a commit that waits behind others that hang, also while reads are answered', async () => {
    const { clock, store, load } = bench({ commit: never });
    const all = Array.from({ length: mostInFlight }, () => store.commit([]).catch(() => {}));
    for (let n = 0; n < 12; n++) {
      await clock.advance(1_000);
      await store.nextWakeAt(0);
    }
    await Promise.all(all);
    const waits = expect(store.commit([])).rejects.toThrow(/was not sent/);
    for (let n = 0; n < 12; n++) {
      await clock.advance(1_000);
      await store.nextWakeAt(0);
    }
    await waits;
    expect(load()).toMatchObject({ inFlight: mostInFlight, waiting: 0 });
    await store.close();
  });

  it('counts the silence of a writer that hangs while reads are answered, and no start is accepted', async () => {
    const { clock, store, load } = bench({ commit: never });
    const settings = { storeTimeoutMs: 10_000 } as EngineSettings;
    const hung = store.commit([]).catch(() => {});
    for (let n = 0; n < 6; n++) {
      await clock.advance(1_000);
      await store.nextWakeAt(0);
    }
    expect(() => assertAcceptsStarts({ storeLoad: load, settings })).toThrow(/the start was not accepted/);
    await clock.advance(20_000);
    await hung;
    await store.close();
  });

  it('does not take one write that hangs for the silence of all', async () => {
    const answered = memoryStore().commit;
    const { clock, store, load } = bench({ commit: (batches) => (batches.length === 0 ? never() : answered(batches)) });
    const hung = store.commit([]).catch(() => {});
    await clock.advance(9_000);
    expect(load().silentMs).toBeLessThan(5_000);
    await clock.advance(2_000);
    await hung;
    await store.close();
  });

  it('has nothing in flight after calls that throw rather than reject', async () => {
    const fails = (): never => {
      throw new Error('thrown');
    };
    const { store, load } = bench({ commit: fails, run: fails });
    await expect(store.commit([])).rejects.toThrow('thrown');
    await expect(store.run(id('run'))).rejects.toThrow('thrown');
    expect(load()).toEqual({ inFlight: 0, waiting: 0, silentMs: 0 });
    await store.close();
  });

  it('ends with a close that hangs, says so, and rejects what is still asked', async () => {
    const { clock, store } = bench({ close: never, occurrences: never });
    const list = expect(store.occurrences({ jobId: id('job'), from: 0, to: 1, limit: 1 })).rejects.toMatchObject({
      code: 'closed',
    });
    const closed = expect(store.close()).rejects.toThrow(/has not closed within 10 s/);
    await clock.advance(11_000);
    await closed;
    await list;
    expect(clock.pending()).toEqual([]);
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
