import type { Resources } from '../../domain/run/run.ts';
import type { EngineContext } from '../../engine/context.ts';

/** What there is at an executor's place, and what is taken of it. */
export interface PlaceLevel {
  executor: string;
  cpu: number;
  memoryBytes: number;
  taken: Resources;
  /** Empty where there are none. */
  gpus: { leased?: number; free?: number; blocked?: number };
}

/** Of the places that this instance serves and that share something out. */
export const placeLevels = async ({ places, gpuLedger, store }: EngineContext): Promise<PlaceLevel[]> => {
  const all = [...places.capacities].flatMap(([executor, capacity]) => {
    const place = places.served.get(executor);
    return place === undefined ? [] : [{ executor, capacity, place }];
  });
  return Promise.all(
    all.map(async ({ executor, capacity, place }) => {
      const { gpus: held, cpu, memoryBytes } = await store.taken(place);
      const taken = new Set(held.flatMap(({ uuid, parent }) => [uuid, parent ?? []]).flat());
      const devices = gpuLedger.judged({ executor, place }, capacity.gpus);
      const leased = devices.filter(({ uuid }) => taken.has(uuid)).length;
      const blocked = devices.filter(({ uuid, blocked: why }) => why != null && !taken.has(uuid)).length;
      const gpus = devices.length === 0 ? {} : { leased, blocked, free: devices.length - leased - blocked };
      return { executor, cpu: capacity.cpu, memoryBytes: capacity.memoryBytes, taken: { cpu, memoryBytes }, gpus };
    }),
  );
};
