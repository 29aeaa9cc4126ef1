import { ManualClock } from '@runyard/core/testing';
import { describe, expect, it } from 'vitest';
import { gathered } from '../src/log-store/gathered.ts';
import { newPace } from '../src/log-store/pace.ts';

describe('gathering', () => {
  // Calls that end when they are told to.
  const calls = <T>(limits: { most?: number; weigh?: (item: T) => number; heaviest?: number } = {}) => {
    const made: { items: T[]; end: PromiseWithResolvers<T[]> }[] = [];
    const began: PromiseWithResolvers<void>[] = [Promise.withResolvers()];
    const ask = gathered<T, T>(
      (items) => {
        const end = Promise.withResolvers<T[]>();
        made.push({ items, end });
        began.push(Promise.withResolvers());
        began[made.length - 1]!.resolve();
        return end.promise;
      },
      {
        most: limits.most ?? 100,
        name: String,
        ...(limits.weigh && { weight: { of: limits.weigh, most: limits.heaviest ?? 0 } }),
      },
    );
    return { made, ask, began: (index: number) => began[index]!.promise };
  };

  it('what is asked for while a call is under way goes out with the next, and each is answered in order', async () => {
    const { made, ask, began } = calls<number>();
    const first = ask(1);
    await began(0);
    const others = [ask(2), ask(3)];
    made[0]!.end.resolve([10]);
    await began(1);
    made[1]!.end.resolve([20, 30]);
    expect(await Promise.all([first, ...others])).toEqual([10, 20, 30]);
    expect(made.map(({ items }) => items)).toEqual([[1], [2, 3]]);
  });

  it('a call that fails, fails for all of it and for no other', async () => {
    const { made, ask, began } = calls<number>();
    const failing = [ask(1), ask(2)];
    await began(0);
    const next = ask(3);
    made[0]!.end.reject(new Error('away'));
    for (const each of failing) await expect(each).rejects.toThrow('away');
    await began(1);
    made[1]!.end.resolve([30]);
    expect(await next).toBe(30);
  });

  it('a call has no two of one name, and no more than it may carry', async () => {
    const { made, ask, began } = calls<number>({ weigh: (item) => item, heaviest: 10 });
    const all = [5, 5, 6, 7, 1].map(ask);
    for (let index = 0; index < 3; index++) {
      await began(index);
      made[index]!.end.resolve(made[index]!.items);
    }
    expect(await Promise.all(all)).toEqual([5, 5, 6, 7, 1]);
    expect(made.map(({ items }) => items)).toEqual([[5, 6], [5, 7], [1]]);
  });
});

describe('pace', () => {
  it('lets a few through at once, then ten a second, and forgets what was long ago', async () => {
    const clock = new ManualClock({ now: 0 });
    const pace = newPace(clock);
    let atOnce = 0;
    for (; pace.waitMs() === 0 && atOnce < 100; atOnce++) pace.spend();
    expect(atOnce).toBe(8);
    expect(pace.waitMs()).toBe(100);
    await clock.advance(100);
    expect(pace.waitMs()).toBe(0);
    pace.spend();
    expect(pace.waitMs()).toBe(100);
    await clock.advance(60_000);
    for (let n = 0; n < 8; n++) pace.spend();
    expect(pace.waitMs()).toBe(100);
  });
});
