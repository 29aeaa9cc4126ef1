import type { Rules } from './bench.ts';

export const strangerRules: Rules = {
  async 'what took the place of an attempt is a stranger: no verb touches it, and the attempt is lost'(bench) {
    const { executor, started, launch, printed, recycle, refusal, outcome, state, signal, expect } = bench;
    if (!recycle) throw new Error('describeExecutor: this rule needs `recycle`; else name it in `skip`.');
    const job = launch({ deed: { does: 'wait' } });
    const handle = await started(job);
    await printed(handle, 'waiting');
    const stranger = await recycle(handle);
    const seen = await state(handle);
    const verbs = {
      start: () => refusal(() => executor.start(handle, { launch: job, signal })), // AttemptMissing, or it was started before
      stop: () => executor.stop(handle, { graceMs: 0, signal }),
      wait: async () => expect(await outcome(handle)).toMatchObject({ class: 'lost' }),
      remove: () => executor.remove(handle, signal),
    };
    for (const [verb, call] of Object.entries(verbs)) {
      await call();
      expect([verb, await stranger.untouched()]).toEqual([verb, true]);
    }
    expect([seen === 'running', await state(handle)]).toEqual([false, 'missing']);
  },
};
