import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../src/testing/manual-clock/manual-clock.ts';
import { seededEntropy } from '../src/testing/seeded-entropy/seeded-entropy.ts';

const never = new AbortController().signal;

describe('advance', () => {
  it('ends sleeps in the order in which they are due, each at its own instant', async () => {
    const clock = new ManualClock({ now: 1_000 });
    const woken: [string, number][] = [];
    const sleeper = async (name: string, ms: number) => {
      await clock.sleep(ms, never);
      woken.push([name, clock.now()]);
    };
    void sleeper('late', 30);
    void sleeper('early', 10);
    void sleeper('early too', 10);
    await clock.advance(30);
    expect(woken).toEqual([
      ['early', 1_010],
      ['early too', 1_010],
      ['late', 1_030],
    ]);
    expect(clock.monotonic()).toBe(30);
  });

  it('lets what it wakes set new sleeps that end inside the same advance', async () => {
    const clock = new ManualClock({ now: 0 });
    const ticks: number[] = [];
    const stop = new AbortController();
    const loop = (async () => {
      for (;;) {
        await clock.sleep(10, stop.signal);
        await new Promise((resolve) => setImmediate(resolve));
        ticks.push(clock.now());
      }
    })();
    await clock.advance(35);
    expect(ticks).toEqual([10, 20, 30]);
    stop.abort(new Error('done'));
    await expect(loop).rejects.toThrow('done');
    expect(clock.pending()).toEqual([]);
  });

  it('leaves sleeping what is not due yet', async () => {
    const clock = new ManualClock();
    let woken = false;
    void clock.sleep(11, never).then(() => {
      woken = true;
    });
    await clock.advance(10);
    expect(woken).toBe(false);
    await clock.advance(1);
    expect(woken).toBe(true);
  });

  it('runs once at a time, and only forward', async () => {
    const clock = new ManualClock();
    const first = clock.advance(1);
    await expect(clock.advance(1)).rejects.toThrow('already under way');
    await first;
    await expect(clock.advance(-1)).rejects.toThrow('jumpBack');
  });
});

describe('a step of the wall clock', () => {
  it('moves no monotonic time and wakes no one', async () => {
    const clock = new ManualClock({ now: 100_000 });
    const woken: number[] = [];
    void clock.sleep(10, never).then(() => woken.push(clock.now()));
    clock.jumpBack(60_000);
    expect([clock.now(), clock.monotonic()]).toEqual([40_000, 0]);
    clock.set(500_000);
    await clock.advance(9);
    expect(woken).toEqual([]);
    await clock.advance(1);
    expect(woken).toEqual([500_010]);
  });
});

describe('a sleep', () => {
  it('rejects with the reason of its signal, before and during, and is forgotten', async () => {
    const clock = new ManualClock();
    const stop = new AbortController();
    const sleeping = clock.sleep(10, stop.signal);
    stop.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    await expect(clock.sleep(10, stop.signal)).rejects.toThrow('enough');
    expect(clock.pending()).toEqual([]);
  });

  it('leaves its signal alone once it has ended, and many on one signal are one listener', async () => {
    const clock = new ManualClock();
    const { signal } = new AbortController();
    const sleeps = Promise.all([clock.sleep(10, signal), clock.sleep(20, signal)]);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await clock.advance(20);
    await sleeps;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('wakes in due order however many there are and whichever were aborted', async () => {
    const clock = new ManualClock({ now: 0 });
    const { random } = seededEntropy('order');
    const stop = new AbortController();
    const woken: [number, number][] = [];
    const expected: [number, number][] = [];
    const aborted: Promise<unknown>[] = [];
    for (let i = 0; i < 2_000; i++) {
      const ms = 1 + Math.floor(random() * 500);
      if (random() < 0.5) aborted.push(clock.sleep(ms, stop.signal).catch((reason) => reason));
      else {
        expected.push([ms, i]);
        void clock.sleep(ms, never).then(() => woken.push([clock.now(), i]));
      }
    }
    stop.abort('enough');
    expect(new Set(await Promise.all(aborted))).toEqual(new Set(['enough']));
    expect(clock.pending().map(({ inMs }) => inMs)).toEqual(expected.map(([ms]) => ms).sort((a, b) => a - b));
    await clock.advance(500);
    expect(woken).toEqual(expected.sort(([a, i], [b, j]) => a - b || i - j));
  });

  it('of nothing needs no move', async () => {
    await new ManualClock().sleep(0, never);
  });
});

describe('a test that waits without moving the clock', () => {
  it('is told who sleeps, since where, and what to call', async () => {
    const clock = new ManualClock({ stuckAfterRealMs: 5 });
    const waiting = clock.settled(clock.sleep(1_500, never));
    await expect(waiting).rejects.toThrow(
      /stood still[\s\S]*in 1500 ms, set at .*manual-clock\.test\.ts[\s\S]*advance\(1500\)/,
    );
  });

  it('is told when nobody knows who sleeps, because sleeps are not traced', async () => {
    const clock = new ManualClock({ stuckAfterRealMs: 5, traceSleeps: false });
    await expect(clock.settled(clock.sleep(1_500, never))).rejects.toThrow('in 1500 ms, set at a place that was not');
  });

  it('is told when nothing sleeps at all', async () => {
    const clock = new ManualClock();
    await expect(clock.settled(new Promise(() => {}), { stuckAfterRealMs: 5 })).rejects.toThrow('nothing sleeps on it');
  });

  it('gets the value when there is one', async () => {
    await expect(new ManualClock().settled(Promise.resolve('here'))).resolves.toBe('here');
  });
});

describe('advanceUntil', () => {
  it('lets exactly as much time pass as the promise needs', async () => {
    const clock = new ManualClock({ now: 0 });
    const work = (async () => {
      for (let i = 0; i < 3; i++) await clock.sleep(1_000, never);
      return clock.now();
    })();
    await expect(clock.advanceUntil(work)).resolves.toBe(3_000);
    expect(clock.now()).toBe(3_000);
  });

  it('gives up at its limit', async () => {
    const clock = new ManualClock();
    const stop = new AbortController();
    const asleep = clock.sleep(50_000, stop.signal);
    await expect(clock.advanceUntil(asleep, 10_000)).rejects.toThrow('Still waiting after 10000 ms');
    stop.abort(new Error('over'));
    await expect(asleep).rejects.toThrow('over');
  });
});
