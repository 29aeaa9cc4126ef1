import type { GpuDevice } from './gpu-device.ts';

/** By what is known of the device, and where it is gone meanwhile by how its UUID looks. */
export const vendorOf = (uuid: string, devices: readonly GpuDevice[]): 'nvidia' | 'amd' => {
  const device = devices.find((each) => each.uuid === uuid);
  if (device) return device.vendor ?? 'nvidia';
  return /^(GPU-[0-9a-f]{16}$|amd-)/.test(uuid) ? 'amd' : 'nvidia';
};
