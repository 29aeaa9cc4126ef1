import { isAttemptMissing } from '../../domain/run/launch-errors.ts';
import type { Rules } from './bench.ts';

export const startRules: Rules = {
  async 'starting runs it'({ started, launch, printed, state, expect }) {
    const handle = await started(launch({ deed: { does: 'wait' } }));
    await printed(handle, 'waiting');
    expect(await state(handle)).toEqual('running');
  },

  async 'starting again, while it runs and after it ended, does nothing'(bench) {
    const { executor, started, launch, printed, outcome, output, signal, expect } = bench;
    const waiting = launch({ deed: { does: 'wait' } });
    const running = await started(waiting);
    await printed(running, 'waiting');
    await executor.start(running, { launch: waiting, signal });
    const job = launch({ deed: { does: 'print', text: 'once' } });
    const ended = await started(job);
    await outcome(ended);
    await executor.start(ended, { launch: job, signal });
    expect(await outcome(ended)).toMatchObject({ class: 'exited', code: 0 });
    expect([await output(running), await output(ended)]).toEqual(['waiting\n', 'once']);
  },

  async 'starting many times at once runs it once'({ executor, prepared, launch, outcome, output, signal, expect }) {
    const job = launch({ deed: { does: 'print', text: 'once' } });
    const handle = await prepared(job);
    await Promise.all(Array.from({ length: 8 }, () => executor.start(handle, { launch: job, signal })));
    await outcome(handle);
    expect(await output(handle, { follow: true })).toEqual('once');
  },

  async 'starting never creates: what was removed is missing'({
    executor,
    prepared,
    launch,
    refusal,
    state,
    signal,
    expect,
  }) {
    const job = launch({ deed: { does: 'print', text: 'ran' } });
    const handle = await prepared(job);
    await executor.remove(handle, signal);
    expect(isAttemptMissing(await refusal(() => executor.start(handle, { launch: job, signal })))).toEqual(true);
    expect(await state(handle)).toEqual('missing');
  },

  async 'what ended and was removed never runs again'({
    executor,
    started,
    launch,
    outcome,
    refusal,
    state,
    signal,
    expect,
  }) {
    const job = launch({ deed: { does: 'print', text: 'ran' } });
    const handle = await started(job);
    await outcome(handle);
    await executor.remove(handle, signal);
    expect(isAttemptMissing(await refusal(() => executor.start(handle, { launch: job, signal })))).toEqual(true);
    expect(await state(handle)).toEqual('missing');
  },
};
