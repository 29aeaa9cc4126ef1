/** How long the engine may take to make or to start a container: devices, large images and slow disks. */
export const startMs = 120_000;
