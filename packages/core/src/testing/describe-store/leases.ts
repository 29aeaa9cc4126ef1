import type { AdoptableQuery, Change, LeasedRun, Store } from '../../ports/store.ts';
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
    expect(await adoptable(store, 100)).toEqual([
      {
        run: held('a', 'dead'),
        attempt: someAttempt({ runId: id('a'), attempt: 2, state: 'started' }),
        expiresAt: 100,
      },
      { run: held('e', 'unknown'), attempt: null, expiresAt: null },
    ]);
    expect((await adoptable(store, 100, { limit: 1 })).map(({ run }) => run.id)).toEqual([id('a')]);
    expect((await adoptable(store, 99)).map(({ run }) => run.id)).toEqual([id('e')]);
  },

  'adoptable: by id, behind the one given, so that those that cannot be adopted hide nothing': async ({
    store,
    expect,
    done,
  }) => {
    for (const name of ['c', 'a', 'b']) await done(insertRun({ id: id(name), state: 'running', leaseInstance: 'x' }));
    const ids = async (given: Partial<AdoptableQuery>) => (await adoptable(store, 0, given)).map(({ run }) => run.id);
    expect(await ids({ limit: 2 })).toEqual([id('a'), id('b')]);
    expect(await ids({ after: id('b') })).toEqual([id('c')]);
  },

  'adoptable: a lease that reaches further than its length allows is over too': async ({ store, expect, done }) => {
    await done(insertRun({ state: 'running', leaseInstance: 'ahead' }), alive('ahead', 1_000));
    expect((await adoptable(store, 100, { latest: 950 })).length).toEqual(0);
    expect((await adoptable(store, 100, { latest: 949 })).length).toEqual(1);
  },

  'adoptable: whatever is leased at the place that is locked': async ({ store, expect, done }) => {
    const at = (name: string, place: string) =>
      insertRun({ id: id(name), state: 'running', leaseInstance: 'alive', place: id(place) });
    await done(at('a', 'p1'), at('b', 'p2'), alive('alive', 1_000));
    expect((await adoptable(store, 0, { lockedPlace: id('p2') })).map(({ run }) => run.id)).toEqual([id('b')]);
    expect(await adoptable(store, 0, { lockedPlace: id('p2'), instance: 'alive' })).toEqual([]);
  },

  'run.adopt: takes the lease and raises its epoch, and nothing else of the run changes': async ({
    store,
    expect,
    done,
    tried,
  }) => {
    const run = someRun({ state: 'running', leaseInstance: 'i1', leaseEpoch: 3, sentence: 'x', startedAt: 5 });
    await done({ kind: 'run.insert', run });
    const adopt = (expectEpoch: number, name = 'run') =>
      ({ kind: 'run.adopt', id: id(name), instance: 'i2', expectEpoch }) as const;
    expect(await tried(adopt(2))).toEqual({ ok: false, change: 0 });
    await done(adopt(3));
    expect(await store.run(id('run'))).toEqual({ ...run, leaseInstance: 'i2', leaseEpoch: 4 });
    expect(await tried(adopt(3))).toEqual({ ok: false, change: 0 });
    await done(insertRun({ id: id('over'), state: 'failed' }), insertRun({ id: id('waits') }));
    for (const name of ['over', 'waits', 'none']) expect((await tried(adopt(0, name))).ok).toEqual(false);
  },

  'run.adopt: twice in one commit, and again behind what is written in between': async ({ store, expect, done }) => {
    const run = someRun({ state: 'running', leaseInstance: 'i1', leaseEpoch: 3 });
    await done({ kind: 'run.insert', run });
    const adopt = (instance: string, expectEpoch: number): Change[] => [
      { kind: 'run.adopt', id: run.id, instance, expectEpoch },
    ];
    const results = await store.commit([adopt('i2', 3), adopt('i3', 4), adopt('late', 3)]);
    expect(results.map(({ ok }) => ok)).toEqual([true, true, false]);
    expect(await store.run(run.id)).toEqual({ ...run, leaseInstance: 'i3', leaseEpoch: 5 });
    const written = { ...run, sentence: 'x', leaseInstance: 'i3', leaseEpoch: 5 };
    const write: Change = { kind: 'run.write', run: written, expectEpoch: 5, expectState: 'running' };
    await store.commit([[write], adopt('i4', 5), adopt('i5', 6)]);
    expect(await store.run(run.id)).toEqual({ ...written, leaseInstance: 'i5', leaseEpoch: 7 });
  },

  'leasedTo: the active runs of an instance, with their present attempt': async ({ store, expect, done }) => {
    const mine = someRun({ state: 'running', attempt: 2, leaseInstance: 'me' });
    await done({ kind: 'run.insert', run: mine });
    await done(insertRun({ id: id('theirs'), state: 'running', leaseInstance: 'x' }));
    await done(insertRun({ id: id('over'), state: 'failed', leaseInstance: 'me' }));
    await done(insertAttempt(), insertAttempt({ attempt: 2, state: 'started' }));
    expect(await store.leasedTo('me')).toEqual([
      { run: mine, attempt: someAttempt({ attempt: 2, state: 'started' }), expiresAt: null },
    ]);
    expect(await store.leasedTo('none')).toEqual([]);
  },

  'instance.put renews a lease; one that was given back is over whatever the time': async ({ store, expect, done }) => {
    await done(insertRun({ state: 'running', leaseInstance: 'i1' }), alive('i1', 100));
    const count = async (now: number) => (await adoptable(store, now)).length;
    expect([await count(99), await count(100)]).toEqual([0, 1]);
    await done(alive('i1', 200));
    expect([await count(100), await count(200)]).toEqual([0, 1]);
    await done(alive('i1', 150, 0));
    expect((await adoptable(store, Number.MIN_SAFE_INTEGER)).map(({ expiresAt }) => expiresAt)).toEqual([150]);
    await done(alive('i1', 900)); // a renewal that came late
    expect((await adoptable(store, 160)).map(({ expiresAt }) => expiresAt)).toEqual([150]);
  },

  'instance.forget: leases that were over before, but for those of active runs': async ({ store, expect, done }) => {
    await done(insertRun({ state: 'running', leaseInstance: 'holds' }), alive('holds', 100), alive('idle', 100));
    await done(insertRun({ id: id('later'), state: 'failed', leaseInstance: 'idle' }), alive('fresh', 200));
    await done({ kind: 'instance.forget', before: 101 });
    const known = async (instance: string) => {
      await done(insertRun({ id: id(instance), state: 'running', leaseInstance: instance }));
      const found = await adoptable(store, 1_000);
      return found.find(({ run }) => run.id === id(instance))?.expiresAt;
    };
    expect([await known('holds'), await known('idle'), await known('fresh')]).toEqual([100, null, 200]);
  },
};

const adoptable = (store: Store, now: number, given: Partial<AdoptableQuery> = {}): Promise<LeasedRun[]> =>
  store.adoptable({ instance: 'me', now, latest: 1e12, lockedPlace: null, after: null, limit: 10, ...given });

const alive = (instance: string, expiresAt: number, leaseMs = 50): Change => ({
  kind: 'instance.put',
  id: instance,
  startedAt: 1,
  expiresAt,
  leaseMs,
  places: ['p1', 'p2'],
});
