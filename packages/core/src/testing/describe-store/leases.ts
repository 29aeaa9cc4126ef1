import type { Change } from '../../ports/store.ts';
import type { Rules } from './bench.ts';
import { id, insertAttempt, insertRun, someAttempt, someRun } from './records.ts';

export const leaseRules: Rules = {
  'adoptable: active runs whose instance’s lease is over, with their present attempt': async ({
    store,
    expect,
    done,
  }) => {
    await done(alive('me', 0), alive('dead', 100), alive('alive', 101));
    const held = (name: string, leaseInstance: string | null) =>
      someRun({ id: id(name), state: 'running', attempt: 2, leaseInstance, leaseEpoch: 4 });
    const runs = [held('a', 'dead'), held('b', 'alive'), held('c', 'me'), held('d', null), held('e', 'unknown')];
    await done(...runs.map((run) => ({ kind: 'run.insert', run }) as const));
    await done(insertRun({ id: id('f'), state: 'failed', leaseInstance: 'dead' }));
    await done(insertAttempt({ runId: id('a') }), insertAttempt({ runId: id('a'), attempt: 2, state: 'started' }));
    expect(await store.adoptable('me', 100, 10)).toEqual([
      { run: held('a', 'dead'), attempt: someAttempt({ runId: id('a'), attempt: 2, state: 'started' }) },
      { run: held('e', 'unknown'), attempt: null },
    ]);
    expect((await store.adoptable('me', 100, 1)).map(({ run }) => run.id)).toEqual([id('a')]);
    expect((await store.adoptable('me', 99, 10)).map(({ run }) => run.id)).toEqual([id('e')]);
  },

  'instance.put renews a lease, instance.remove ends it': async ({ store, expect, done }) => {
    await done(insertRun({ state: 'running', leaseInstance: 'i1' }), alive('i1', 100));
    const adoptable = async (now: number) => (await store.adoptable('me', now, 10)).length;
    expect([await adoptable(99), await adoptable(100)]).toEqual([0, 1]);
    await done(alive('i1', 200));
    expect([await adoptable(100), await adoptable(200)]).toEqual([0, 1]);
    await done({ kind: 'instance.remove', id: 'i1' });
    expect(await adoptable(0)).toEqual(1);
    await done({ kind: 'instance.remove', id: 'i1' });
  },
};

const alive = (instance: string, expiresAt: number): Change => ({
  kind: 'instance.put',
  id: instance,
  startedAt: 1,
  expiresAt,
  places: ['p1', 'p2'],
});
