import { isRunyardError, type Launch, startFailed } from '@runyard/core';
import type { Settings } from '../options.ts';
import { refuseWhatIsNotAllowed } from '../spec/allowed.ts';
import type { K8sSpec } from '../spec/k8s-spec.ts';
import { gpuDemand } from './gpus/demand.ts';

/** Throws `startFailed` for a job that was saved under other options than the host has now, or whose size does not hold what it asks for. */
export const refuseUnlaunchable = (
  { spec, size }: Pick<Launch<K8sSpec>, 'spec' | 'size'>,
  settings: Settings,
): void => {
  try {
    refuseWhatIsNotAllowed(spec, settings);
  } catch (error) {
    if (isRunyardError(error)) throw startFailed('not-allowed', error.message, error);
    throw error;
  }
  if (imageOf(spec, settings) === null)
    throw startFailed('image-missing', 'The job names no image, and the host gives none to all jobs any more.');
  const { shmSize = 0, nodeSelector = {} } = spec.wishes;
  const ofGpus = size.gpu === null ? {} : gpuDemand(size.gpu, settings.gpus).nodeSelector;
  for (const [label, value] of Object.entries(nodeSelector))
    if (ofGpus[label] !== undefined && ofGpus[label] !== value)
      throw startFailed(
        'not-allowed',
        `\`executorOptions.nodeSelector.${label}\` is '${value}', and the GPUs of the size ${size.name} are on nodes where it is '${ofGpus[label]}'. Leave it out, or take a size with those GPUs.`,
      );
  if (shmSize > size.memoryBytes)
    throw startFailed(
      'not-allowed',
      `\`executorOptions.shmSize\` is ${shmSize} bytes, and the size ${size.name} has ${size.memoryBytes} bytes of memory, of which it would be a part. Ask for less, or take a larger size.`,
    );
};

/** The job's, else the host's. */
export const imageOf = ({ image }: K8sSpec, settings: Settings): string | null => image ?? settings.image ?? null;

/** The LocalQueue of Kueue in which it waits for its start; null: none. */
export const queueOf = ({ wishes }: Pick<K8sSpec, 'wishes'>, settings: Settings): string | null =>
  wishes.queue ?? settings.queue ?? null;
