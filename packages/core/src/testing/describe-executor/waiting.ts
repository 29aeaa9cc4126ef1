import type { Rules } from './bench.ts';
import { must } from './must.ts';

export const waitRules: Rules = {
  async 'waiting before and after the end, many times, gives the same outcome'({ started, launch, outcome, expect }) {
    const handle = await started(launch({ deed: { does: 'print', text: 'x', code: 3 } }));
    const before = await Promise.all([outcome(handle), outcome(handle)]);
    const after = await outcome(handle);
    expect(before).toEqual([after, after]);
    expect(after).toMatchObject({ class: 'exited', code: 3 });
  },

  async 'waiting reports that it runs'({ executor, started, launch, signal }) {
    const handle = await started(launch({ deed: { does: 'wait' } }));
    const end = new AbortController();
    const running = Promise.withResolvers<void>();
    const waiting = executor.wait(handle, {
      signal: AbortSignal.any([signal, end.signal]),
      onProgress: ({ state }) => {
        if (state === 'running') running.resolve();
      },
    });
    await Promise.race([running.promise, waiting]);
    end.abort(new Error('seen'));
    await waiting.catch(() => {});
    await running.promise;
  },

  async 'waiting reports that it ran, also when it has ended already'({ started, launch, outcome, progress }) {
    const handle = await started(launch({ deed: { does: 'print', text: 'x' } }));
    await outcome(handle);
    const told = await progress(handle);
    must(
      told.at(-1)?.state === 'running',
      `\`wait\` tells \`onProgress\` that it is running, with when that began, also where it has ended already; it told ${JSON.stringify(told)}.`,
    );
  },

  async 'waiting may begin before the start'({ executor, prepared, launch, outcome, signal, expect }) {
    const job = launch({ deed: { does: 'print', text: 'x', code: 6 } });
    const handle = await prepared(job);
    const waiting = outcome(handle);
    await executor.start(handle, { launch: job, signal });
    expect(await waiting).toMatchObject({ class: 'exited', code: 6 });
  },

  async 'aborting ends the waiting with the reason, and never the job'(bench) {
    const { executor, started, launch, printed, refusal, state, expect } = bench;
    const handle = await started(launch({ deed: { does: 'wait' } }));
    await printed(handle, 'waiting');
    const reason = new Error('enough');
    const abort = new AbortController();
    const refused = refusal(() => executor.wait(handle, { signal: abort.signal, onProgress: () => {} }));
    abort.abort(reason);
    const seen = await refused;
    must(seen === reason, `\`wait\` that is aborted rejects with \`signal.reason\`, as it is; it gave ${seen}.`);
    expect(await state(handle)).toEqual('running');
  },

  async 'waiting ends when it is removed, and is lost for who comes later'(bench) {
    const { executor, started, launch, printed, outcome, signal, expect } = bench;
    const handle = await started(launch({ deed: { does: 'wait' } }));
    await printed(handle, 'waiting');
    const waiting = outcome(handle);
    await executor.remove(handle, signal);
    expect(['lost', 'signalled'].includes((await waiting).class)).toEqual(true);
    expect(await outcome(handle)).toMatchObject({ class: 'lost' });
  },
};
