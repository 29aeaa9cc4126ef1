import { type AttemptFailed, startFailed } from '@runyard/core';

/** The host's mapping, as the options of k8sExecutor have it, cannot give what a size asks for. */
export const unknownGpu = (because: string): AttemptFailed =>
  startFailed('unknown-gpu', `The GPUs that its \`size\` asks for cannot be had: ${because}`);
