import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ProcessExecutorOptions } from '@runyard/core';

/** What the executor is told of GPUs, and what is said of that. */
export interface Devices {
  gpus: NonNullable<ProcessExecutorOptions['gpus']>;
  sentence: string;
}

const pretended: Devices = {
  gpus: [
    { uuid: 'GPU-pretended-0', model: 'NVIDIA A100-SXM4-80GB', memoryBytes: 80 * 2 ** 30 },
    { uuid: 'GPU-pretended-1', model: 'NVIDIA L4', memoryBytes: 22 * 2 ** 30 },
  ],
  sentence: 'No nvidia-smi here: an A100 and an L4 are pretended, so that you see who would have them.',
};

/** Those of this machine, by what `nvidia-smi` tells; a list of two that are not there where there is none. */
export const devicesOf = async (pretend: boolean): Promise<Devices> => {
  if (pretend) return pretended;
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', ['-L']);
    return { gpus: 'auto', sentence: `nvidia-smi tells:\n${stdout.trimEnd()}` };
  } catch {
    return pretended;
  }
};
