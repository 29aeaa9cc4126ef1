import type { Rules } from './bench.ts';
import { executorInput } from './executor-input.ts';

/** What an executor says before there is any attempt. */
export const sayingRules: Rules = {
  async 'the spec that it makes of a job is plain JSON'({ executor, input, expect }) {
    const spec = executor.parseSpec(executorInput(input));
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
  },

  async 'what it has to share out is told in amounts, each GPU once'({ executor, signal, expect }) {
    const told = await executor.capacity?.(signal);
    if (told === undefined) return;
    expect([told.cpu > 0, told.memoryBytes > 0]).toEqual([true, true]);
    expect(new Set(told.gpus.map(({ uuid }) => uuid)).size).toEqual(told.gpus.length);
  },
};
