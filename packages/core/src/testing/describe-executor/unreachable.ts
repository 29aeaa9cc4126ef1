import { isRunyardError } from '../../domain/errors.ts';
import type { Bench, Rules } from './bench.ts';

export const unreachableRules: Rules = {
  async 'while the engine cannot be asked, no verb has an answer: nothing is missing, lost, stopped or removed'(bench) {
    const { executor, prepared, started, launch, printed, refusal, listed, output, state, signal, expect } = bench;
    const job = launch({ deed: { does: 'print', text: 'ran' } });
    const inert = await prepared(job);
    const running = await started(launch({ deed: { does: 'wait' } }));
    await printed(running, 'waiting');
    const outage = await away(bench);
    const calls = {
      place: () => executor.place(signal),
      prepare: () => prepared(launch({ deed: { does: 'print', text: 'ran' } })),
      start: () => executor.start(inert, { launch: job, signal }),
      inspect: () => executor.inspect(running, signal),
      wait: () => executor.wait(running, { signal, onProgress: () => {} }),
      stop: () => executor.stop(running, { graceMs: 0, signal }),
      remove: () => executor.remove(running, signal),
      ...(executor.logs && { logs: () => output(running) }),
      ...(executor.list && { list: () => listed(job.installation) }),
    };
    const answered: string[] = [];
    for (const [verb, call] of Object.entries(calls)) if (!couldNotAsk(await refusal(call))) answered.push(verb);
    await outage.back();
    expect(answered).toEqual([]);
    expect([await state(inert), await state(running)]).toEqual(['prepared', 'running']);
  },

  async 'an outage while it is waited for is not its outcome'(bench) {
    const { executor, started, launch, printed, outcome, signal, expect } = bench;
    const handle = await started(launch({ deed: { does: 'leave' } }));
    await printed(handle, 'waiting');
    const waiting = outcome(handle).catch((error: unknown) => error);
    const outage = await away(bench);
    await Promise.race([waiting, lookAgain()]);
    await outage.back();
    await executor.stop(handle, { graceMs: 15_000, signal });
    const seen = await waiting;
    if (!couldNotAsk(seen)) expect(seen).toMatchObject({ class: 'exited', code: 5 });
    expect(await outcome(handle)).toMatchObject({ class: 'exited', code: 5 });
  },
};

const couldNotAsk = (error: unknown): boolean => isRunyardError(error) && error.code === 'executor-unavailable';

// In this time also an executor that only looks now and then has looked.
const lookAgain = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1_200));

const away = ({ unreachable }: Bench): Promise<{ back(): Promise<void> }> => {
  if (!unreachable) throw new Error('describeExecutor: this rule needs `unreachable`; else name it in `skip`.');
  return unreachable();
};
