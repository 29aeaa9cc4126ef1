import { type HeldGpu, holdersOf } from './gpu-lease.ts';

/** What runs at a place, with the devices that it was made with. */
export interface LiveOnGpus {
  /** `<runId>.<attempt>`. */
  key: string;
  gpus: readonly string[];
}

/**
 * Devices that somebody uses although the ledger does not say so, each with a sentence: nobody else gets them until that is
 * over. `held` is read after what is live was listed, so that an attempt that began in between is not taken for one.
 */
export const strayDevices = (live: readonly LiveOnGpus[], held: readonly HeldGpu[]): Map<string, string> => {
  const strays = new Map<string, string>();
  for (const [uuid, keys] of usersByDevice(live)) {
    const leases = held.filter((lease) => lease.uuid === uuid);
    const unknown = keys.filter((key) => !leases.some(({ runId, attempt }) => `${runId}.${attempt}` === key));
    const alone = holdersOf({ uuid }, held).find(({ share }) => share === null);
    if (unknown.length > 0) strays.set(uuid, `${unknown.join(', ')} runs on it, and no lease says so`);
    else if (keys.length > 1 && alone)
      strays.set(uuid, `${keys.join(' and ')} run on it at once, and run ${alone.runId} should have it alone`);
  }
  return strays;
};

const usersByDevice = (live: readonly LiveOnGpus[]): Map<string, string[]> => {
  const users = new Map<string, string[]>();
  for (const { key, gpus } of live) for (const uuid of gpus) users.set(uuid, [...(users.get(uuid) ?? []), key]);
  return users;
};
