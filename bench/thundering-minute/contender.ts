/** What a contender tells while it runs. `schedule` is the index of the one that fired; null where it cannot be told. */
export interface Heard {
  /** The run is in the store and would survive a power cut. Only Runyard tells this apart from the call. */
  recorded?(schedule: string | number): void;
  /** The handler was called. */
  called(): void;
  /** Runyard only: the run has ended, durably. */
  ended?(): void;
}

export interface Contender {
  name: string;
  /** Where its schedules live, for the table. */
  store: string;
  /** A careful guess of how many schedules it registers in a second: the minute has to lie behind that. */
  registersPerSecond: number;
  /** Opens it, registers `size` schedules for the minute in `cron` (UTC, five fields) and waits until all is ready to fire. */
  register(size: number, cron: string, heard: Heard): Promise<Opened>;
}

export interface Opened {
  close(): Promise<void>;
}

/** Calls `each` for 0 … count - 1, `width` of them at the same time. */
export const inParallel = async (
  count: number,
  width: number,
  each: (index: number) => Promise<unknown>,
): Promise<void> => {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await each(next++);
  };
  await Promise.all(Array.from({ length: width }, lane));
};
