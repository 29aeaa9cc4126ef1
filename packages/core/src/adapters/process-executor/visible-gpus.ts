import type { GpuDevice } from '../shared/gpu/gpu-device.ts';
import type { Drivers } from '../shared/gpu/local-drivers.ts';
import { vendorOf } from '../shared/gpu/vendor-of.ts';

export interface Machine {
  /** What is known of its GPUs. */
  devices: readonly GpuDevice[];
  drivers: Drivers;
}

/**
 * The variables by which a process sees the devices that it holds and no others: none at all where it holds none, also while nobody can say which
 * ones the machine has, or none are given away. Nothing is set where there is no driver for any. A process that unsets them sees
 * everything: only containers can keep it from that.
 */
export const visibleGpus = (held: readonly string[], { devices, drivers }: Machine): Record<string, string> => {
  const vendors = new Set([...devices.map(({ uuid }) => uuid), ...held].map((uuid) => vendorOf(uuid, devices)));
  const of = (vendor: string): string[] => held.filter((uuid) => vendorOf(uuid, devices) === vendor);
  return {
    ...((drivers.amd || vendors.has('amd')) && amd(of('amd'), devices)),
    ...((drivers.nvidia || vendors.has('nvidia')) && nvidia(of('nvidia'))),
  };
};

const nvidia = (held: readonly string[]): Record<string, string> => ({
  CUDA_VISIBLE_DEVICES: held.join(','),
  NVIDIA_VISIBLE_DEVICES: held.join(',') || 'void',
});

// The runtime shows a program only these, and HIP then counts them anew, from 0. HIP programs heed CUDA's variable too.
const amd = (held: readonly string[], devices: readonly GpuDevice[]): Record<string, string> => {
  const counted = held.map((_, i) => i).join(',') || '-1';
  return {
    ROCR_VISIBLE_DEVICES: held.map((uuid) => (uuid.startsWith('GPU-') ? uuid : slotOf(uuid, devices))).join(','),
    HIP_VISIBLE_DEVICES: counted,
    CUDA_VISIBLE_DEVICES: counted,
  };
};

const slotOf = (uuid: string, devices: readonly GpuDevice[]): string =>
  String(devices.find((device) => device.uuid === uuid)?.index ?? uuid);
