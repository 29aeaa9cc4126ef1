import { join } from 'node:path';
import type { Clock } from '../../../ports/clock.ts';
import { findTool, isThere } from './find-tool.ts';

/** Whose GPUs a program of this machine might find, whether or not we can tell which ones there are. */
export interface Drivers {
  nvidia: boolean;
  amd: boolean;
}

export interface LocalDriversOptions {
  clock: Pick<Clock, 'monotonic'>;
  /** Below which the devices and the kernel's files lie. Default `/`. */
  root?: string;
}

/** Looks at a few files, at most once a minute, and starts no process: that is also true where a driver does not answer. */
export const localDrivers = ({ clock, root = '/' }: LocalDriversOptions): (() => Promise<Drivers>) => {
  let until = Number.NEGATIVE_INFINITY;
  let last: Promise<Drivers> | undefined;
  return () => {
    if (last !== undefined && clock.monotonic() < until) return last;
    until = clock.monotonic() + maxAgeMs;
    last = look(root);
    return last;
  };
};

const maxAgeMs = 60_000;

const look = async (root: string): Promise<Drivers> => {
  const [device, module, tool, kfd] = await Promise.all([
    isThere(join(root, 'dev/nvidiactl')),
    isThere(join(root, 'proc/driver/nvidia')),
    findTool('nvidia-smi', process.env.PATH ?? ''),
    isThere(join(root, 'dev/kfd')),
  ]);
  return { nvidia: device || module || tool !== null, amd: kfd };
};
