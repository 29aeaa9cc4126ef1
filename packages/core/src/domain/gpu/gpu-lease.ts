import type { Gpu } from './gpu.ts';

/** One device that an attempt holds, all of it or a share. */
export interface GpuLease {
  uuid: string;
  /** Of a MIG instance: the GPU that it is a part of. */
  parent: string | null;
  /** null: the whole device, for this attempt alone. */
  share: GpuShare | null;
}

export interface GpuShare {
  /** Above 0, at most 1; those of one device add up to 1 at most. */
  part: number;
  /** What it may use of the device's memory; those of one device add up to the device's at most. */
  memoryBytes: number;
  /** All the memory that the device has. */
  ofBytes: number;
}

/** A lease, with whose it is. */
export interface HeldGpu extends GpuLease {
  place: string;
  runId: string;
  attempt: number;
}

/** Whether `lease` can be had beside what is held: nobody shares a device that somebody has alone, nor more of it than there is. */
export const fitsBeside = (lease: GpuLease, held: readonly GpuLease[]): boolean => {
  const others = held.filter((other) => touches(other, lease));
  const { share } = lease;
  if (share === null || others.length === 0) return others.length === 0;
  const shares = others.flatMap((other) => (other.uuid === lease.uuid && other.share ? [other.share] : []));
  if (shares.length < others.length) return false;
  // Parts are fractions: ten tenths are one, whatever floating point makes of them.
  return (
    sum([share, ...shares], ({ part }) => part) <= 1 + 1e-9 &&
    sum([share, ...shares], ({ memoryBytes }) => memoryBytes) <= share.ofBytes
  );
};

/** Whether all of `leases` can be had, beside what is held and beside each other. */
export const allFitBeside = (leases: readonly GpuLease[], held: readonly GpuLease[]): boolean =>
  leases.every((lease, i) => fitsBeside(lease, [...held, ...leases.slice(0, i)]));

/**
 * What is held that matters at a place: what is held there, and elsewhere devices whose name no other device in the world has. Local
 * processes and containers of one machine have different places and the same GPUs.
 */
export const heldAt = <T extends Pick<HeldGpu, 'place' | 'uuid'>>(place: string, held: readonly T[]): T[] =>
  held.filter((lease) => lease.place === place || /^(GPU|MIG)-/.test(lease.uuid));

/** Of `device`, what is held: the device itself, a part of it, or the GPU that it is a part of. */
export const holdersOf = <T extends GpuLease>(device: Pick<Gpu, 'uuid' | 'parent'>, held: readonly T[]): T[] =>
  held.filter((lease) => touches(lease, { uuid: device.uuid, parent: device.parent ?? null }));

// A GPU and the instances that it was cut into are the same hardware.
const touches = (a: Pick<GpuLease, 'uuid' | 'parent'>, b: Pick<GpuLease, 'uuid' | 'parent'>): boolean =>
  a.uuid === b.uuid || a.parent === b.uuid || b.parent === a.uuid;

const sum = <T>(all: readonly T[], of: (one: T) => number): number => all.reduce((total, one) => total + of(one), 0);
