import { isAttemptMissing } from '../../domain/run/launch-errors.ts';
import type { Rules } from './bench.ts';

export const otherProcessRules: Rules = {
  async 'every process names the same place'({ executor, another, signal, expect }) {
    expect(await (await another()).place(signal)).toEqual(await executor.place(signal));
  },

  async 'another process finds it, waits for it, reads its whole output and removes it'(bench) {
    const { another, started, launch, outcome, output, state, signal, expect } = bench;
    const job = launch({ deed: { does: 'print', text: 'all of it', code: 8 } });
    const handle = await started(job);
    const other = await another();
    const found: unknown[] = [];
    for await (const one of other.list?.(job.installation, signal) ?? []) found.push(one.handle);
    expect(found).toEqual([handle]);
    expect(await outcome(handle, other)).toMatchObject({ class: 'exited', code: 8 });
    expect(await output(handle, { follow: true, executor: other })).toEqual('all of it');
    await other.remove(handle, signal);
    expect(await state(handle)).toEqual('missing');
  },

  async 'another process stops it'({ another, started, launch, printed, outcome, signal, expect }) {
    const handle = await started(launch({ deed: { does: 'leave' } }));
    await printed(handle, 'waiting');
    await (await another()).stop(handle, { graceMs: 15_000, signal });
    expect(await outcome(handle)).toMatchObject({ class: 'exited', code: 5 });
  },

  async 'two processes that start it at once run it once'({
    executor,
    another,
    prepared,
    launch,
    outcome,
    output,
    signal,
    expect,
  }) {
    const job = launch({ deed: { does: 'print', text: 'once' } });
    const handle = await prepared(job);
    const executors = [executor, await another(), executor, await another()];
    await Promise.all(executors.map((one) => one.start(handle, { launch: job, signal })));
    await outcome(handle);
    expect(await output(handle, { follow: true })).toEqual('once');
  },

  async 'another process that starts what was started and has ended does not run it again'(bench) {
    const { another, started, launch, outcome, output, signal, expect } = bench;
    const job = launch({ deed: { does: 'print', text: 'once' } });
    const handle = await started(job);
    await outcome(handle);
    await (await another()).start(handle, { launch: job, signal });
    expect(await output(handle, { follow: true })).toEqual('once');
  },

  async 'another process that prepares it anew takes it from the one before'(bench) {
    const { executor, another, prepared, launch, refusal, outcome, output, signal, expect } = bench;
    const job = launch({ deed: { does: 'print', text: 'once' } });
    const first = await prepared(job);
    const other = await another();
    const second = await other.prepare(job, signal);
    if (JSON.stringify(first) !== JSON.stringify(second))
      expect(isAttemptMissing(await refusal(() => executor.start(first, { launch: job, signal })))).toEqual(true);
    await executor.start(second, { launch: job, signal });
    await outcome(second, other);
    expect(await output(second)).toEqual('once');
  },

  async 'a process that lets go of its executor does not end what it started'({
    executor,
    another,
    started,
    launch,
    printed,
    state,
    expect,
  }) {
    const handle = await started(launch({ deed: { does: 'wait' } }));
    await printed(handle, 'waiting');
    await executor.close?.();
    expect(await state(handle, await another())).toEqual('running');
  },
};
