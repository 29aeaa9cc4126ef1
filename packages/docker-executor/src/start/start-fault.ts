import { infrastructureFailed, startFailed } from '@runyard/core';
import { isRefusal } from '../engine/faults.ts';
import { gpuFault } from '../gpus/gpu-fault.ts';

/** What it means for an attempt that the engine did not start its container, in the engine's words. */
export const startFault = (error: unknown): unknown => {
  if (!isRefusal(error)) return error;
  const { status, words } = error;
  const ofGpus = gpuFault(words, error);
  if (ofGpus) return ofGpus;
  for (const { pattern, reason, sentence } of known)
    if (pattern.test(words)) return startFailed(reason, `${sentence} (${words})`, error);
  if (/no space left|cannot allocate memory|resource temporarily unavailable/i.test(words))
    return infrastructureFailed('engine-exhausted', `The engine's machine has no room to start it: ${words}`, error);
  // 409: something else is being done to it at this moment. The engine's own runtime says 400 and 500 of what it cannot start.
  return status === 409 ? error : startFailed('start-refused', `The engine could not start it: ${words}`, error);
};

const known = [
  {
    pattern: /no such device|device .*not found/i,
    reason: 'no-such-device',
    sentence: 'A device that it needs is not there.',
  },
  {
    pattern: /exec: "\/bin\/sh"|\/bin\/sh: no such file/i,
    reason: 'shell-missing',
    sentence: 'Its image has no /bin/sh, which runs the job.',
  },
  {
    pattern: /unable to find user|no matching entries in passwd|unable to find group/i,
    reason: 'user-missing',
    sentence: 'The user that it runs as is not in its image.',
  },
  {
    pattern: /network .*not found|could not find.* network/i,
    reason: 'network-missing',
    sentence: 'The network that it asks for is not on the engine.',
  },
  { pattern: /mount/i, reason: 'mount-failed', sentence: 'Something that it mounts cannot be mounted.' },
] as const;
