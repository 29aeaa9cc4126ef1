import type { GpuDevice, GpuReading } from './gpu-device.ts';
import { readAmd } from './read-amd.ts';
import { readNvidia } from './read-nvidia.ts';
import { type ReadOptions, withProblem } from './read-options.ts';

/**
 * The GPUs of the machine where `run` runs. No driver, no devices; a driver that does not answer as it should: no devices of
 * its vendor and a sentence for the log. Rejects only when aborted.
 */
export const readGpus = async (options: ReadOptions): Promise<GpuReading> => {
  const [nvidia, amd] = await Promise.all([
    told(readNvidia, options, 'The NVIDIA GPUs'),
    told(readAmd, options, 'The AMD GPUs'),
  ]);
  const problem = [nvidia.problem, amd.problem].filter((each) => each !== undefined).join(' ');
  return { gpus: eachOnce([...nvidia.gpus, ...amd.gpus]), ...(problem !== '' && { problem }) };
};

// A device that is told twice would be given away twice.
const eachOnce = (gpus: readonly GpuDevice[]): GpuDevice[] =>
  gpus.filter(({ uuid }, i) => gpus.findIndex((other) => other.uuid === uuid) === i);

const told = async (
  read: (options: ReadOptions) => Promise<GpuReading>,
  options: ReadOptions,
  what: string,
): Promise<GpuReading> => {
  try {
    return await read(options);
  } catch (error) {
    options.signal.throwIfAborted();
    return withProblem(`${what} could not be asked for: ${error instanceof Error ? error.message : String(error)}.`);
  }
};
