import { type AttemptFailed, startFailed } from '@runyard/core';

/**
 * What the engine's words mean when a container with GPUs does not start, and what to do; null: nothing of GPUs. After `gpu-missing` the devices are
 * read again.
 */
export const gpuFault = (words: string, cause?: unknown): AttemptFailed | null => {
  const known = faults.find(({ pattern }) => pattern.test(words));
  return known ? startFailed(known.reason, `${known.sentence} The engine says: ${words.trim()}`, cause) : null;
};

const faults = [
  {
    pattern: /could not select device driver "?nvidia|could not select device driver "" with capabilities: \[\[gpu/,
    reason: 'gpu-driver-missing',
    sentence:
      'The Docker engine cannot hand out NVIDIA GPUs: install nvidia-container-toolkit on its machine and restart the engine.',
  },
  {
    pattern: /could not select device driver "?cdi|CDI is not enabled/i,
    reason: 'gpu-driver-missing',
    sentence: 'The Docker engine has no CDI: it needs version 25 or later, with the feature `cdi` on.',
  },
  {
    pattern: /nvidia-container-cli: (initialization error|.*(nvml error: driver|driver rpc error|libnvidia-ml))/,
    reason: 'gpu-driver-missing',
    sentence: "The NVIDIA driver of the engine's machine does not work: run nvidia-smi there.",
  },
  {
    pattern:
      /nvidia-container-cli: device error|unresolvable CDI devices|unknown device|error gathering device information/,
    reason: 'gpu-missing',
    sentence: 'A GPU that the attempt holds is not there any more.',
  },
];
