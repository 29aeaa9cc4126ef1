import { startFailed } from '@runyard/core';
import { type GpuDevice, vendorOf } from '@runyard/core/executor-kit';
import type { EngineCdi } from './engine-cdi.ts';

/** The part of `HostConfig` that hands GPUs to a container. */
export interface GpuHostConfig {
  DeviceRequests?: DeviceRequest[];
  Devices?: { PathOnHost: string; PathInContainer: string; CgroupPermissions: string }[];
  GroupAdd?: string[];
}

export interface DeviceRequest {
  Driver: 'nvidia' | 'cdi';
  DeviceIDs: string[];
  Capabilities?: string[][];
}

/**
 * Hands a container exactly the devices that it holds. NVIDIA's are one request for all of them, by UUID: of two requests the last one wins
 * in silence, and a `Count` beside ids is refused at the start. Where the engine knows all of them by CDI, that is used. AMD's are device
 * nodes. Throws `startFailed` for a device that cannot be handed over.
 */
export const gpuHostConfig = (
  held: readonly string[],
  devices: readonly GpuDevice[],
  { cdi }: { cdi: EngineCdi },
): GpuHostConfig => {
  const names = cdiNames(held, devices, cdi);
  const others = held.filter((uuid) => !names.has(uuid));
  const nvidia = others.filter((uuid) => vendorOf(uuid, devices) === 'nvidia');
  const requests: DeviceRequest[] = [
    ...(nvidia.length > 0 ? [{ Driver: 'nvidia' as const, DeviceIDs: nvidia, Capabilities: [['gpu']] }] : []),
    ...(names.size > 0 ? [{ Driver: 'cdi' as const, DeviceIDs: [...names.values()] }] : []),
  ];
  return {
    ...(requests.length > 0 && { DeviceRequests: requests }),
    ...amdNodes(
      others.filter((uuid) => vendorOf(uuid, devices) === 'amd'),
      devices,
    ),
  };
};

// A name that the host gave counts by itself; those that the engine tells only where it tells one for every NVIDIA device.
const cdiNames = (held: readonly string[], devices: readonly GpuDevice[], cdi: EngineCdi): Map<string, string> => {
  const deviceOf = (uuid: string): GpuDevice | undefined => devices.find((device) => device.uuid === uuid);
  const nvidia = held.filter((uuid) => vendorOf(uuid, devices) === 'nvidia');
  const nameOf = (uuid: string): string => deviceOf(uuid)?.cdi ?? `nvidia.com/gpu=${uuid}`;
  const all = nvidia.every((uuid) => deviceOf(uuid)?.cdi !== undefined || cdi.devices.includes(nameOf(uuid)));
  const named = held.filter((uuid) => deviceOf(uuid)?.cdi !== undefined || (all && nvidia.includes(uuid)));
  if (named.length > 0 && !cdi.enabled)
    throw startFailed(
      'gpu-driver-missing',
      `The device ${named[0]} is known by its CDI name ${nameOf(named[0] ?? '')}, but this Docker engine has no CDI: it needs version 25 or later, with the feature \`cdi\` on.`,
    );
  return new Map(named.map((uuid) => [uuid, nameOf(uuid)]));
};

const amdNodes = (held: readonly string[], devices: readonly GpuDevice[]): GpuHostConfig => {
  if (held.length === 0) return {};
  const known = held.map((uuid) => devices.find((device) => device.uuid === uuid) ?? gone(uuid));
  const groups = known.flatMap((device) => (device.groups ?? []).map(String));
  return {
    Devices: ['/dev/kfd', ...known.map(({ uuid, renderNode }) => renderNode ?? gone(uuid))].map((path) => ({
      PathOnHost: path,
      PathInContainer: path,
      CgroupPermissions: 'rwm',
    })),
    // Names mean what the image says, and few images know `render`; numbers always do.
    GroupAdd: groups.length > 0 ? [...new Set(groups)] : ['video', 'render'],
  };
};

const gone = (uuid: string): never => {
  throw startFailed(
    'gpu-missing',
    `The AMD GPU ${uuid} is not there any more, or its render node is not known. Where devices are given by hand, each AMD device needs its \`renderNode\`.`,
  );
};
