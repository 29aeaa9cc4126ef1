import { type Attempt, attemptKey } from '../../domain/run/run.ts';
import type { Change } from '../../ports/store.ts';
import type { Rules } from './bench.ts';
import { id, insertAttempt, insertJob, insertRun, someAttempt, someRun } from './records.ts';

export const attemptRules: Rules = {
  'an attempt is kept to the letter, as inserted and as written': async ({ store, expect, done }) => {
    await done(insertJob(), insertRun(), insertAttempt({ attempt: 2 }), insertAttempt());
    expect(await store.attempts(id('run'))).toEqual([someAttempt(), someAttempt({ attempt: 2 })]);
    const second = someAttempt({
      state: 'ended',
      place: id('elsewhere'),
      handle: { v: 1, place: id('elsewhere'), pid: 12, nested: { list: [1, null, 'x'] } },
      outcome: { class: 'exited', code: 3, sentence: 'It exited with 3.', phase: 'command', endedAt: 8 },
      phases: [{ name: 'command', at: 5 }],
      startedAt: 4,
      endedAt: 8,
    });
    await done(write(second, 'preparing'));
    expect(await store.attempts(id('run'))).toEqual([second, someAttempt({ attempt: 2 })]);
    expect(await store.attempts(id('none'))).toEqual([]);
  },

  'attempt.insert: a key is new once': async ({ store, expect, done, tried }) => {
    await done(insertJob(), insertRun(), insertAttempt());
    expect((await tried(insertAttempt({ place: 'other' }))).ok).toEqual(false);
    expect(await store.attempts(id('run'))).toEqual([someAttempt()]);
  },

  'taken: what the attempts at a place that have not ended take of it': async ({ store, expect, done }) => {
    const takes = { cpu: 0.5, memoryBytes: 100 };
    expect(await store.taken(id('place'))).toEqual({ cpu: 0, memoryBytes: 0, gpus: [] });
    const states = ['preparing', 'prepared', 'started', 'ended', 'sealed', 'disposed'] as const;
    await done(...states.map((state, index) => insertAttempt({ attempt: index + 1, state, takes })));
    await done(insertAttempt({ attempt: 9, place: id('elsewhere'), takes: { cpu: 7, memoryBytes: 8 } }));
    expect(await store.taken(id('place'))).toEqual({ cpu: 1.5, memoryBytes: 300, gpus: [] });
    expect(await store.taken(id('elsewhere'))).toEqual({ cpu: 7, memoryBytes: 8, gpus: [] });
    await done(write(someAttempt({ attempt: 3, state: 'ended', takes }), 'started'));
    expect(await store.taken(id('place'))).toEqual({ cpu: 1, memoryBytes: 200, gpus: [] });
  },

  'attempt.insert: within, refused where its place would have to give more than it has': async ({
    store,
    expect,
    done,
    tried,
  }) => {
    const within = { cpu: 1, memoryBytes: 1_000 };
    const asking = (attempt: number, cpu: number, memoryBytes: number) =>
      ({ ...insertAttempt({ attempt, takes: { cpu, memoryBytes } }), within }) as Change;
    await done(...Array.from({ length: 9 }, (_, n) => asking(n + 1, 0.1, 10)));
    expect(await tried(asking(10, 0.2, 10))).toEqual({ ok: false, change: 0 });
    expect(await tried(asking(10, 0.1, 1_000))).toEqual({ ok: false, change: 0 });
    await done(asking(10, 0.1, 10)); // ten tenths are one
    expect((await tried(asking(11, 0.1, 0))).ok).toEqual(false);
    expect((await store.attempts(id('run'))).length).toEqual(10);
  },

  'attempt.write: refused where the state is another, or there is no such attempt': async ({ expect, done, tried }) => {
    await done(insertJob(), insertRun(), insertAttempt());
    expect(await tried(write(someAttempt({ state: 'started' }), 'prepared'))).toEqual({ ok: false, change: 0 });
    expect(await tried(write(someAttempt({ attempt: 2 }), 'preparing'))).toEqual({ ok: false, change: 0 });
    await done(write(someAttempt({ state: 'prepared' }), 'preparing'));
  },

  'attempt.write: with an epoch, fenced by the lease epoch of its run': async ({ store, expect, done, tried }) => {
    await done(insertJob(), insertRun({ leaseEpoch: 3 }), insertAttempt());
    const prepared = someAttempt({ state: 'prepared' });
    expect(await tried({ ...write(prepared, 'preparing'), epoch: 2 })).toEqual({ ok: false, change: 0 });
    expect((await store.attempts(id('run')))[0]?.state).toEqual('preparing');
    await done({ ...write(prepared, 'preparing'), epoch: 3 });
  },

  'unfinished: attempts that are ended or sealed, no more than asked for': async ({ store, expect, done }) => {
    const states = ['preparing', 'prepared', 'started', 'ended', 'sealed', 'disposed'] as const;
    await done(...states.map((state, index) => insertAttempt({ attempt: index + 1, state, endedAt: index })));
    expect((await store.unfinished(10)).map(({ state }) => state)).toEqual(['ended', 'sealed']);
    const [first] = await store.unfinished(1);
    const behind = first && { endedAt: first.endedAt ?? 0, runId: first.runId, attempt: first.attempt };
    expect((await store.unfinished(10, behind)).map(({ state }) => state)).toEqual(['sealed']);
    await done(write(someAttempt({ attempt: 4, state: 'sealed', endedAt: 3 }), 'ended'));
    await done(write(someAttempt({ attempt: 5, state: 'disposed', endedAt: 4 }), 'sealed'));
    expect((await store.unfinished(10)).map(({ attempt, state }) => [attempt, state])).toEqual([[4, 'sealed']]);
  },

  'attemptStates: of the keys that it knows, and whether they are their run’s present one': async ({
    store,
    expect,
    done,
  }) => {
    await done(
      insertRun({ state: 'running', attempt: 2 }),
      insertAttempt({ state: 'disposed' }),
      insertAttempt({ attempt: 2, state: 'started' }),
    );
    const keys = [1, 2, 3].map((attempt) => attemptKey(id('run'), attempt));
    const states = await store.attemptStates([...keys, attemptKey(id('none'), 1), 'not a key', '']);
    expect([...states].sort(([a], [b]) => (a < b ? -1 : 1))).toEqual([
      [keys[0], { attempt: 'disposed', run: 'running', current: false }],
      [keys[1], { attempt: 'started', run: 'running', current: true }],
    ]);
    expect(await store.run(id('run'))).toEqual(someRun({ state: 'running', attempt: 2 }));
  },
};

const write = (attempt: Attempt, expectState: Attempt['state']): Extract<Change, { kind: 'attempt.write' }> => ({
  kind: 'attempt.write',
  attempt,
  expectState,
});
