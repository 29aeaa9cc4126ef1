import type { GpuRequest } from '@runyard/core';
import { migMemory } from '@runyard/core/executor-kit';
import type { GpuSettings } from '../../spec/gpu-mapping.ts';
import { claimDemand } from './claim.ts';
import { pluginDemand } from './device-plugin.ts';
import type { GpuDemand } from './gpu-demand.ts';
import { unknownGpu } from './unknown-gpu.ts';

/** Throws `startFailed('unknown-gpu', …)` for what the host's mapping does not give. */
export const gpuDemand = (request: GpuRequest, mapping: GpuSettings): GpuDemand => {
  checkMig(request, mapping);
  return mapping.dra === undefined ? pluginDemand(request, mapping) : claimDemand(request, mapping, mapping.dra);
};

// An instance has what its profile says: what labels and drivers tell of it is less.
const checkMig = ({ mig, memoryBytes = 0 }: GpuRequest, { vendor }: GpuSettings): void => {
  if (mig === undefined) return;
  if (vendor !== 'nvidia') throw unknownGpu(`MIG is NVIDIA's, and the option \`gpus\` says ${vendor}.`);
  if (!/^\d+g\.\d+gb(\+[\w.]+)*$/.test(mig) || mig.length > 40)
    throw unknownGpu(`'${mig}' is no MIG profile, such as 1g.10gb.`);
  if (memoryBytes > (migMemory(mig) ?? 0))
    throw unknownGpu(
      `instances of ${mig} have less than the ${memoryBytes} bytes of memory that it asks for. Name a larger profile, or leave the memory out.`,
    );
};

/** Whether NVIDIA's device plugin tells the container by a variable which devices it has. */
export const gpusByPlugin = (request: GpuRequest | null, { vendor, dra }: GpuSettings): boolean =>
  request !== null && vendor === 'nvidia' && dra === undefined;
