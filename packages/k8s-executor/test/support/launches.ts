import type { GpuRequest, Launch, LaunchSource } from '@runyard/core';
import { generateScript } from '@runyard/core/executor-kit';
import type { AttemptInput } from '../../src/manifest/attempt.ts';
import { attemptInput } from '../../src/manifest/attempt.ts';
import { type K8sExecutorOptions, parseOptions } from '../../src/options.ts';
import type { K8sSpec } from '../../src/spec/k8s-spec.ts';

export const runId = '0123456789abcdef0123456789abcdef';

/** A launch as the engine builds it. */
export const launchOf = ({
  spec = {},
  ...parts
}: Partial<Launch<Partial<K8sSpec>>> = {}): Launch<Partial<K8sSpec>> => ({
  key: `${runId}.1`,
  installation: '1'.repeat(32),
  spec: { image: 'runyard/busybox:1', owner: 'user:ann', ...spec },
  size: { name: 'small', cpu: 1, memoryBytes: 2 ** 30, gpu: null },
  gpus: [],
  sources: [],
  env: {},
  secrets: [],
  limits: { startMs: null, runMs: null, graceMs: 30_000 },
  onProgress() {},
  log() {},
  script: generateScript({ key: `${runId}.1`, command: 'true' }),
  ...parts,
});

export const inputOf = (parts: Parameters<typeof launchOf>[0] = {}, options: K8sExecutorOptions = {}): AttemptInput =>
  attemptInput(launchOf(parts), { settings: parseOptions(options), nonce: '0a1b2c3d' });

export const sizeWith = (gpu: GpuRequest) => ({ name: 'gpu', cpu: 2, memoryBytes: 8 * 2 ** 30, gpu });

export const sourceOf = (parts: Partial<LaunchSource> = {}): LaunchSource => ({
  url: 'https://git.example/team/code.git',
  commit: 'a'.repeat(40),
  path: '.',
  ref: null,
  submodules: false,
  lfs: false,
  checkout: () => Promise.reject(new Error('pods fetch by themselves')),
  credential: () => Promise.resolve(null),
  ...parts,
});
