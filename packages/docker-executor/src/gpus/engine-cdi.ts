import type { GpuDevice } from '@runyard/core/executor-kit';

/** What the engine says of CDI, the way of handing devices to containers by name. */
export interface EngineCdi {
  /** It can, and is told to. */
  enabled: boolean;
  /** The names that it knows: `nvidia.com/gpu=GPU-…`. Engines before 28.2 do not tell them. */
  devices: readonly string[];
}

/** The parts of the engine's `info` that matter here. */
export interface CdiInfo {
  CDISpecDirs?: readonly string[] | null;
  DiscoveredDevices?: readonly { Source?: string; ID?: string }[] | null;
}

/** Engines before 25.0 say nothing of it, and have none. */
export const engineCdi = ({ CDISpecDirs, DiscoveredDevices }: CdiInfo): EngineCdi => ({
  enabled: (CDISpecDirs?.length ?? 0) > 0,
  devices: (DiscoveredDevices ?? []).flatMap(({ Source, ID }) => (Source === 'cdi' && ID !== undefined ? [ID] : [])),
});

/**
 * The GPUs that can be told by their CDI names alone, for an engine that cannot be looked at otherwise: how many there are, but neither their
 * kind nor their memory. Each is known by several names; those that tell a UUID serve, else the numbers.
 */
export const cdiGpus = ({ devices }: EngineCdi): GpuDevice[] => {
  const names = devices.flatMap((id) => {
    const [, vendor, name] = /^([^=/]+)\/gpu=(.+)$/.exec(id) ?? [];
    return vendor === undefined || name === undefined || name === 'all' ? [] : [{ id, vendor, name }];
  });
  const byUuid = names.filter(({ name }) => /^(GPU|MIG)-/.test(name));
  const vendors = new Set(byUuid.map(({ vendor }) => vendor));
  const byNumber = names.filter(({ vendor, name }) => !vendors.has(vendor) && /^\d+(:\d+)?$/.test(name));
  return [
    ...byUuid.map(({ id, vendor, name }) => deviceOf(name, id, vendor)),
    ...byNumber.map(({ id, vendor }) => deviceOf(id, id, vendor)),
  ];
};

const deviceOf = (uuid: string, cdi: string, vendor: string): GpuDevice => ({
  uuid,
  model: `a GPU of ${vendor}`,
  memoryBytes: 0,
  cdi,
  ...(vendor === 'amd.com' && { vendor: 'amd' }),
});
