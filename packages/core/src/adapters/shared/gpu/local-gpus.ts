import { existsSync } from 'node:fs';
import type { GpuReading } from './gpu-device.ts';
import { kfdFolder } from './kfd.ts';
import { localTools } from './local-tools.ts';
import { readGpus } from './read-gpus.ts';

/** The GPUs of this machine. Where it has no driver for any, no process is started to find that out. */
export const localGpus = ({ avoidForeign = false } = {}): ((signal: AbortSignal) => Promise<GpuReading>) => {
  const run = localTools();
  return (signal) => readGpus({ run, signal, avoidForeign, hasKfd: () => existsSync(kfdFolder) });
};
