import { type GpuDevice, vendorOf } from '@runyard/core/executor-kit';

/**
 * The environment of a container, in which nothing asks NVIDIA's runtime for other devices than those that it holds. Where that runtime is the engine's
 * default, the variable alone is such a request, also one that comes with the image; so a job without NVIDIA devices says `void`. For one that has
 * some, the engine sets it itself, from the ids.
 */
export const withGpuEnv = (
  env: Readonly<Record<string, string>>,
  held: readonly string[],
  devices: readonly GpuDevice[],
): Record<string, string> => {
  const { NVIDIA_VISIBLE_DEVICES: _, ...others } = env;
  const byRuntime = held.some(
    (uuid) => vendorOf(uuid, devices) === 'nvidia' && devices.find((device) => device.uuid === uuid)?.cdi === undefined,
  );
  return byRuntime ? others : { ...others, NVIDIA_VISIBLE_DEVICES: 'void' };
};
