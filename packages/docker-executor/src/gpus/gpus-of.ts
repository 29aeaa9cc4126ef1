import type { Launch } from '@runyard/core';
import type { CachedGpus } from '@runyard/core/executor-kit';
import { type CdiInfo, engineCdi } from './engine-cdi.ts';
import { withGpuEnv } from './gpu-env.ts';
import { type GpuHostConfig, gpuHostConfig } from './gpu-host-config.ts';

/** What an attempt's container gets for the GPUs that it holds. */
export interface HeldGpus {
  hostConfig: GpuHostConfig;
  env: Record<string, string>;
}

export type GpusOf = (launch: Pick<Launch, 'gpus' | 'env'>, signal: AbortSignal) => Promise<HeldGpus>;

/** Asks nobody for an attempt that holds none. Throws `ExecutorUnavailable` while it cannot be said how to hand over what it holds. */
export const gpusOf =
  (cached: Pick<CachedGpus, 'known'>, info: (signal: AbortSignal) => Promise<CdiInfo>): GpusOf =>
  async ({ gpus: held, env }, signal) => {
    if (held.length === 0) return { hostConfig: {}, env: withGpuEnv(env, held, []) };
    const devices = await cached.known(held, signal);
    const cdi = engineCdi(await info(signal));
    return { hostConfig: gpuHostConfig(held, devices, { cdi }), env: withGpuEnv(env, held, devices) };
  };
