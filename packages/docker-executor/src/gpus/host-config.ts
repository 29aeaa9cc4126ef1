/** The part of a create body that gives a container these GPUs. */
export const gpuHostConfig = (_uuids: readonly string[]): object => ({});
