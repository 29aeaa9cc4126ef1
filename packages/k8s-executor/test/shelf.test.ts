import { ManualClock } from '@runyard/core/testing';
import { expect, it } from 'vitest';
import { createGate } from '../src/api/gate.ts';
import type { ObjectMeta } from '../src/api/objects.ts';
import { createShelf } from '../src/watch/shelf.ts';

interface Thing {
  metadata: ObjectMeta;
  says: string;
}

const thing = (uid: string, resourceVersion: string, says = ''): Thing => ({
  metadata: { uid, name: uid, resourceVersion, creationTimestamp: '' },
  says,
});

const newShelf = () => createShelf<Thing>(new ManualClock(), { trim: (each) => each, onChange: () => {} });

it('after a server was set back, what it tells counts, whatever was known', () => {
  const shelf = newShelf();
  shelf.put(thing('a', '100', 'before'));
  shelf.put(thing('b', '100'));
  shelf.put(thing('c', '100'));
  shelf.remove('c', '110');
  shelf.rewind();
  shelf.put(thing('a', '50', 'after'));
  shelf.put(thing('c', '50'));
  shelf.settle('60', new Set(['a', 'c']));
  expect(shelf.get('a')).toMatchObject({ object: { says: 'after' }, gone: false });
  expect(shelf.get('b')).toMatchObject({ gone: true });
  expect(shelf.get('c')).toMatchObject({ gone: false, deletedAt: null });
});

it('what comes back is not going any more, unless it says so', () => {
  const shelf = newShelf();
  shelf.put(thing('a', '1'));
  shelf.remove('a', '2');
  expect(shelf.get('a')?.deletedAt).not.toBe(null);
  shelf.put(thing('a', '1'));
  expect(shelf.get('a')?.gone).toBe(true);
  shelf.put(thing('a', '3'));
  expect(shelf.get('a')).toMatchObject({ gone: false, deletedAt: null, goneAt: null });
});

it('when a deletion was asked for is told by its grace, as both stood at first; without a grace nothing is', () => {
  const shelf = newShelf();
  const going = (uid: string, version: string, graceSeconds: number) => {
    const { metadata, says } = thing(uid, version);
    const deletionTimestamp = `2026-01-01T00:00:${graceSeconds === 0 ? '40' : '30'}Z`;
    return { metadata: { ...metadata, deletionTimestamp, deletionGracePeriodSeconds: graceSeconds }, says };
  };
  shelf.put(going('a', '1', 30));
  shelf.put(going('a', '2', 0));
  expect(shelf.get('a')?.deletionAskedAt).toBe(Date.parse('2026-01-01T00:00:00Z'));
  shelf.put(going('b', '1', 0));
  expect(shelf.get('b')?.deletionAskedAt).toBe(null);
});

it('who gives up just when his turn comes hands it on', async () => {
  const gate = createGate(1, { clock: new ManualClock(), patienceMs: 1_000 });
  const { signal } = new AbortController();
  const leave = await gate.enter(signal);
  const stop = new AbortController();
  const second = gate.enter(stop.signal);
  const third = gate.enter(signal);
  leave();
  stop.abort(new Error('enough'));
  await expect(second).rejects.toThrow('enough');
  (await third)();
});
