import type { GpuLease } from '../../domain/gpu/gpu-lease.ts';
import type { Rules } from './bench.ts';
import { id, insertAttempt, insertJob, insertRun, someAttempt } from './records.ts';

/** The ledger of GPUs: who holds which device of a place, and since when no more. */
export const gpuRules: Rules = {
  'an attempt keeps its GPUs to the letter': async ({ store, expect, done }) => {
    const gpus = [whole('GPU-a'), instance('MIG-b', 'GPU-b'), part('GPU-c', 0.5, 4)];
    await done(insertJob(), insertRun(), insertAttempt({ gpus }));
    expect((await store.attempts(id('run')))[0]?.gpus).toEqual(gpus);
  },

  'taken: the GPUs of the attempts at a place, each with whose it is': async ({ store, expect, done }) => {
    await done(insertJob(), insertRun());
    await done(insertAttempt({ gpus: [whole('GPU-a'), whole('GPU-b')] }), insertAttempt({ attempt: 2 }));
    await done(insertAttempt({ attempt: 3, place: id('elsewhere'), gpus: [whole('0000:03:00.0')] }));
    const held = { parent: null, share: null, place: id('place'), runId: id('run'), attempt: 1 };
    expect((await store.taken(id('place'))).gpus).toEqual([
      { uuid: 'GPU-a', ...held },
      { uuid: 'GPU-b', ...held },
    ]);
  },

  'GPUs are held until the attempt has ended': async ({ store, expect, done }) => {
    const gpus = [whole('GPU-a')];
    await done(insertJob(), insertRun(), insertAttempt({ gpus }));
    for (const [state, before] of [
      ['prepared', 'preparing'],
      ['started', 'prepared'],
    ] as const) {
      await done({ kind: 'attempt.write', attempt: someAttempt({ state, gpus }), expectState: before });
      expect((await store.taken(id('place'))).gpus.length).toEqual(1);
    }
    const outcome = { class: 'exited', code: 0 } as const;
    await done({
      kind: 'attempt.write',
      attempt: someAttempt({ state: 'ended', gpus, outcome }),
      expectState: 'started',
    });
    expect((await store.taken(id('place'))).gpus).toEqual([]);
  },

  'GPUs of what is not proved gone are held until its log is sealed': async ({ store, expect, done, tried }) => {
    const gpus = [whole('GPU-a')];
    const outcome = { class: 'lost', unproved: true } as const;
    await done(insertJob(), insertRun(), insertAttempt({ state: 'started', gpus }));
    await done({
      kind: 'attempt.write',
      attempt: someAttempt({ state: 'ended', gpus, outcome }),
      expectState: 'started',
    });
    expect((await store.taken(id('place'))).gpus.length).toEqual(1);
    expect(await tried(insertAttempt({ attempt: 2, gpus }))).toEqual({ ok: false, change: 0 });
    await done({
      kind: 'attempt.write',
      attempt: someAttempt({ state: 'sealed', gpus, outcome }),
      expectState: 'ended',
    });
    expect((await store.taken(id('place'))).gpus).toEqual([]);
    await done(insertAttempt({ attempt: 2, gpus }));
  },

  'attempt.insert: refused where one of its GPUs is held, and all of it': async ({ store, expect, done, tried }) => {
    await done(insertJob(), insertRun(), insertAttempt({ gpus: [whole('GPU-a')] }));
    const refused = await tried(insertAttempt({ attempt: 2, gpus: [whole('GPU-b'), whole('GPU-a')] }));
    expect(refused).toEqual({ ok: false, change: 0 });
    expect((await store.attempts(id('run'))).length).toEqual(1);
    await done(insertAttempt({ attempt: 2, gpus: [whole('GPU-b')] }));
  },

  'attempt.insert: a GPU of a name that is its own in all the world is held at every place, any other at its own':
    async ({ store, expect, done, tried }) => {
      const elsewhere = { place: id('elsewhere') };
      await done(insertJob(), insertRun(), insertAttempt({ gpus: [whole('GPU-a'), whole('0000:03:00.0')] }));
      expect((await tried(insertAttempt({ attempt: 2, ...elsewhere, gpus: [whole('GPU-a')] }))).ok).toEqual(false);
      await done(insertAttempt({ attempt: 2, ...elsewhere, gpus: [whole('0000:03:00.0')] }));
      const held = (await store.taken(id('elsewhere'))).gpus.map(({ uuid, attempt }) => `${uuid} ${attempt}`);
      expect(held).toEqual(['GPU-a 1', '0000:03:00.0 2']);
    },

  'GPUs that end in the same commit are free for what comes behind in it': async ({ store, expect, done }) => {
    const gpus = [whole('GPU-a')];
    await done(insertJob(), insertRun(), insertAttempt({ state: 'started', gpus }));
    const ended = someAttempt({ state: 'ended', gpus, outcome: { class: 'exited', code: 0 } });
    const results = await store.commit([
      [{ kind: 'attempt.write', attempt: ended, expectState: 'started' }],
      [insertAttempt({ attempt: 2, gpus })],
    ]);
    expect(results.map(({ ok }) => ok)).toEqual([true, true]);
  },

  'the GPUs of an attempt are as they were handed over, whatever becomes of the list': async ({
    store,
    expect,
    done,
  }) => {
    await done(insertJob(), insertRun());
    const gpus = [whole('GPU-a')];
    const committed = store.commit([[insertAttempt({ gpus })]]);
    gpus.push(whole('GPU-b'));
    await committed;
    expect((await store.taken(id('place'))).gpus.map(({ uuid }) => uuid)).toEqual(['GPU-a']);
  },

  'attempt.insert: a GPU and the instances that it was cut into are the same hardware': async ({
    expect,
    done,
    tried,
  }) => {
    await done(insertJob(), insertRun(), insertAttempt({ gpus: [instance('MIG-1', 'GPU-a')] }));
    expect((await tried(insertAttempt({ attempt: 2, gpus: [whole('GPU-a')] }))).ok).toEqual(false);
    expect((await tried(insertAttempt({ attempt: 2, gpus: [instance('MIG-1', 'GPU-a')] }))).ok).toEqual(false);
    await done(insertAttempt({ attempt: 2, gpus: [instance('MIG-2', 'GPU-a')] }));
    await done(insertAttempt({ attempt: 3, gpus: [whole('GPU-b')] }));
    expect((await tried(insertAttempt({ attempt: 4, gpus: [instance('MIG-3', 'GPU-b')] }))).ok).toEqual(false);
  },

  'attempt.insert: shares of a GPU add up to one, and to its memory': async ({ expect, done, tried }) => {
    await done(insertJob(), insertRun());
    await done(
      ...Array.from({ length: 9 }, (_, n) => insertAttempt({ attempt: n + 1, gpus: [part('GPU-a', 0.1, 1)] })),
    );
    expect((await tried(insertAttempt({ attempt: 10, gpus: [part('GPU-a', 0.2, 1)] }))).ok).toEqual(false);
    expect((await tried(insertAttempt({ attempt: 10, gpus: [part('GPU-a', 0.1, 8)] }))).ok).toEqual(false);
    expect((await tried(insertAttempt({ attempt: 10, gpus: [whole('GPU-a')] }))).ok).toEqual(false);
    await done(insertAttempt({ attempt: 10, gpus: [part('GPU-a', 0.1, 7)] })); // ten tenths are one
    await done(insertAttempt({ attempt: 11, gpus: [whole('GPU-b')] }));
    expect((await tried(insertAttempt({ attempt: 12, gpus: [part('GPU-b', 0.1, 1)] }))).ok).toEqual(false);
  },

  'attempt.insert: of two in one commit that want the same GPU, one has it': async ({ store, expect, done }) => {
    const other = id('other-run');
    await done(insertJob(), insertRun(), insertRun({ id: other }));
    const gpus = [whole('GPU-a')];
    const results = await store.commit([[insertAttempt({ gpus })], [insertAttempt({ runId: other, gpus })]]);
    expect(results.map(({ ok }) => ok)).toEqual([true, false]);
  },

  'attempt.insert: asked for by many at once, a GPU is given to one': async ({ store, expect, done }) => {
    const runs = Array.from({ length: 12 }, (_, n) => id(`run ${n}`));
    await done(insertJob(), ...runs.map((runId) => insertRun({ id: runId })));
    const gpus = [whole('GPU-a')];
    const results = await Promise.all(runs.map((runId) => store.commit([[insertAttempt({ runId, gpus })]])));
    expect(results.flat().filter(({ ok }) => ok).length).toEqual(1);
    expect((await store.taken(id('place'))).gpus.length).toEqual(1);
  },
};

const whole = (uuid: string): GpuLease => ({ uuid, parent: null, share: null });
const instance = (uuid: string, parent: string): GpuLease => ({ uuid, parent, share: null });
const part = (uuid: string, of: number, memoryBytes: number): GpuLease => ({
  uuid,
  parent: null,
  share: { part: of, memoryBytes, ofBytes: 16 },
});
