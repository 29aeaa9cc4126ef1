import type { ExecutorInput } from '../../ports/executor.ts';

/** What an executor's `parseSpec` gets for a job that says only `command: 'true'`, and these parts. */
export const executorInput = (parts: Partial<ExecutorInput> = {}): ExecutorInput => ({
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
  ...parts,
});
