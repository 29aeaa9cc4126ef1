import type { Clock, Logger } from '@runyard/core';
import {
  type CachedGpus,
  type GpuOption,
  type GpuReading,
  gpuSource,
  localGpus,
  readGpus,
  unlessAborted,
} from '@runyard/core/executor-kit';
import { cdiGpus, engineCdi } from './engine-cdi.ts';
import type { ProbeEngine } from './probe-engine.ts';
import { probeTool, removeOldProbes } from './probe-tool.ts';

export interface DockerGpusOptions {
  /** Default `auto`. */
  gpus?: GpuOption;
  /** An image on the engine that has `sh`; NVIDIA's toolkit brings nvidia-smi along. Absent: an engine elsewhere is asked for its CDI names only. */
  gpuProbeImage?: string;
  /** The engine is on this machine: its socket is a file. */
  local: boolean;
  avoidForeign?: boolean;
  clock: Clock;
  logger: Logger;
}

/** The GPUs of the engine's machine. */
export const dockerGpus = (engine: ProbeEngine, options: DockerGpusOptions): CachedGpus => {
  const { gpus = 'auto', avoidForeign = false, clock, logger } = options;
  const find = (signal: AbortSignal): Promise<GpuReading> => findGpus(engine, { ...options, avoidForeign, signal });
  return gpuSource({ executor: 'dockerExecutor', gpus, avoidForeign, find, clock, logger });
};

interface FindOptions extends DockerGpusOptions {
  avoidForeign: boolean;
  signal: AbortSignal;
}

// A local socket may be that of a machine inside ours, or we may be in a container beside the engine: then there is nothing here to be seen.
const findGpus = async (engine: ProbeEngine, options: FindOptions): Promise<GpuReading> => {
  const { local, gpuProbeImage: image, avoidForeign, signal } = options;
  const here = local ? await localGpus({ avoidForeign })(signal) : undefined;
  if (here && (here.gpus.length > 0 || here.problem !== undefined)) return here;
  const cdi = engineCdi(await unlessAborted(signal, engine.info()));
  if (image === undefined) return { gpus: cdiGpus(cdi) };
  await unlessAborted(signal, removeOldProbes(engine, options.clock.now()));
  const found = await readGpus({ run: probeTool({ engine, image, cdi, avoidForeign }), signal, avoidForeign });
  if (found.gpus.length > 0 || found.problem !== undefined) return found;
  return {
    gpus: [],
    problem: `A container of ${image} (\`gpuProbeImage\`) sees no GPU. If there are some, install nvidia-container-toolkit or the AMD driver on the engine's machine and restart the engine.`,
  };
};
