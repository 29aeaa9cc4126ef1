import { describe, expect, it } from 'vitest';
import { each, pulled, type Take } from '../src/ports/each.ts';
import { collect } from './support/collect.ts';

const pushOf = (items: number[], left: AbortSignal[] = []) => {
  const given: number[] = [];
  const push = async (take: Take<number>, signal?: AbortSignal): Promise<void> => {
    if (signal) left.push(signal);
    for (const item of items) {
      if (signal?.aborted) return;
      given.push(item);
      await take(item);
    }
  };
  return { push, given };
};

describe('items that are pushed', () => {
  it('can be asked for one by one, and none is taken before it is asked for', async () => {
    const { push, given } = pushOf([1, 2, 3]);
    const items = pulled(push);
    expect(given).toEqual([]);
    expect(await items.next()).toEqual({ done: false, value: 1 });
    await new Promise(setImmediate);
    expect(given).toEqual([1]);
    expect(await collect(items)).toEqual([2, 3]);
  });

  it('end when who asks for them leaves', async () => {
    const left: AbortSignal[] = [];
    const { push, given } = pushOf([1, 2, 3], left);
    for await (const item of pulled(push)) if (item === 2) break;
    await new Promise(setImmediate);
    expect(left[0]?.aborted).toBe(true);
    expect(given).toEqual([1, 2]);
  });

  it('fail whoever asks for them by what they failed by, behind those before it', async () => {
    const items = pulled<number>(async (take) => {
      await take(1);
      throw new Error('cut');
    });
    expect((await items.next()).value).toBe(1);
    await expect(items.next()).rejects.toThrow('cut');
  });

  it('go straight to who takes each, without a turn between them', async () => {
    const turns: unknown[] = [];
    const push = async (take: Take<number>): Promise<void> => {
      for (const item of [1, 2]) void take(item);
      turns.push('pushed');
    };
    await each(pulled(push), (item) => void turns.push(item));
    expect(turns).toEqual([1, 2, 'pushed']);
  });

  it.each(['pushed', 'asked for'])('that are %s wait while one is taken', async (way) => {
    const source =
      way === 'pushed'
        ? pulled(pushOf([1, 2]).push)
        : (async function* () {
            yield* [1, 2];
          })();
    const taking = Promise.withResolvers<void>();
    const taken: number[] = [];
    const all = each(source, (item) => {
      taken.push(item);
      return taking.promise;
    });
    await new Promise(setImmediate);
    expect(taken).toEqual([1]);
    taking.resolve();
    await all;
    expect(taken).toEqual([1, 2]);
  });
});
