import type { ExecutorInput } from '../../ports/executor.ts';
import type { Rules } from './bench.ts';

/** What an executor says before there is any attempt. */
export const sayingRules: Rules = {
  async 'the spec that it makes of a job is plain JSON'({ executor, input, expect }) {
    const spec = executor.parseSpec({ ...plainInput, ...input });
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
  },

  async 'what it has to share out is told in amounts, each GPU once'({ executor, signal, expect }) {
    const told = await executor.capacity?.(signal);
    if (told === undefined) return;
    expect([told.cpu > 0, told.memoryBytes > 0]).toEqual([true, true]);
    expect(new Set(told.gpus.map(({ uuid }) => uuid)).size).toEqual(told.gpus.length);
  },
};

const plainInput: ExecutorInput = {
  command: 'true',
  image: null,
  hardware: 'cpu',
  size: 'small',
  sources: [],
  extraPackages: null,
  env: {},
  secrets: [],
  startScript: null,
  workingDir: null,
  scale: 1,
  owner: 'user:system',
  executorOptions: {},
};
