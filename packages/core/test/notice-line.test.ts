import { expect, it } from 'vitest';
import { newLine } from '../src/engine/notices/line.ts';

const one = (id: string, webhook: string, given: { attempts?: number; dueAt?: number; receiver?: string } = {}) => ({
  id,
  webhook,
  receiver: webhook,
  attempts: 0,
  dueAt: 0,
  ...given,
});

it('webhooks take turns, the first attempts of all of them before what is tried again', () => {
  const line = newLine();
  for (const id of ['a1', 'a2', 'a3']) line.add(one(id, 'a'));
  line.add(one('b1', 'b', { attempts: 1 }));
  line.add(one('b2', 'b'));
  line.add(one('c1', 'c'));
  const taken: (string | undefined)[] = [];
  for (let i = 0; i < 6; i++) {
    const next = line.take(0);
    taken.push(next?.id);
    if (next) line.done(next.id);
  }
  expect(taken).toEqual(['a1', 'b2', 'c1', 'a2', 'a3', 'b1']);
  expect(line.size()).toBe(0);
});

it('what waits again is taken when it is due, the soonest first, and once', () => {
  const line = newLine();
  line.add(one('x', 'a'));
  line.take(0);
  for (const [id, dueAt] of [
    ['x', 30],
    ['y', 10],
    ['z', 20],
    ['y', 5],
  ] as const)
    line.add(one(id, 'a', { attempts: 1, dueAt }));
  line.done('x');
  expect([line.size(), line.has('x'), line.nextAt(0)]).toEqual([3, true, 10]);
  expect(line.take(9)).toBe(null);
  const taken = [10, 20, 30].map((now) => {
    const id = line.take(now)?.id ?? '';
    line.done(id);
    return id;
  });
  expect(taken).toEqual(['y', 'z', 'x']);
  expect([line.size(), line.nextAt(0)]).toEqual([0, null]);
});

it('one host and port has four at once, of which one webhook has two', () => {
  const line = newLine();
  for (const webhook of ['a', 'b', 'c'])
    for (const i of [1, 2, 3]) line.add(one(`${webhook}${i}`, webhook, { receiver: 'shared' }));
  const taken: (string | undefined)[] = [];
  for (let next = line.take(0); next; next = line.take(0)) taken.push(next.id);
  expect(taken).toEqual(['a1', 'b1', 'c1', 'a2']);
  line.done('b1');
  expect(line.take(0)?.id).toBe('b2');
});
