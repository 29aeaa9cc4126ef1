import type { JobInput, RunyardOptions } from '@runyard/core';

/** Hardware by name. `share` is a part of a device, with others on it. */
export const sizes: NonNullable<RunyardOptions['sizes']> = {
  gpu: { cpu: 0.1, memory: '64Mi', gpu: { count: 1 } },
  'gpu-half': { cpu: 0.1, memory: '64Mi', gpu: { count: 1, share: 0.5, memory: '8Gi' } },
};

// A device that is claimed already makes `mkdir`, and so the run, fail: it would say so if two ever had one.
const exclusively = (work: string): string => `
for device in $(echo "$CUDA_VISIBLE_DEVICES" | tr , ' '); do mkdir "$CLAIMS/$device" || exit 9; done
${work}
for device in $(echo "$CUDA_VISIBLE_DEVICES" | tr , ' '); do rmdir "$CLAIMS/$device"; done`;

/** Two jobs that each want a whole GPU, and one that is content with half of one. `claims` is a folder for their proof. */
export const jobs = (claims: string): JobInput[] =>
  [
    { name: 'train', size: 'gpu', command: exclusively('sleep 1; echo trained on $CUDA_VISIBLE_DEVICES') },
    { name: 'tune', size: 'gpu', command: exclusively('sleep 1; echo tuned on $CUDA_VISIBLE_DEVICES') },
    {
      name: 'serve',
      size: 'gpu-half',
      command: 'sleep 1; echo served from $RUNYARD_GPU_MEMORY_BYTES bytes of $CUDA_VISIBLE_DEVICES',
    },
  ].map((job) => ({ ...job, hardware: 'gpu', env: { CLAIMS: claims } }));
