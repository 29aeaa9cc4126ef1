/** A reading of the store's clock against our monotonic one; all in ms. */
export interface StoreReading {
  /** The store's time minus our monotonic time. */
  offset: number;
  /** Half of what the question took: the offset lies within so much of the truth. */
  error: number;
  /** When it was read, on the monotonic clock. */
  at: number;
}

/** Two quartz clocks part by less than this in each ms. */
const drift = 0.001;

/** Of two readings the one to go by: the surer one, but always the later where both cannot be true. */
export const goBy = (known: StoreReading | null, read: StoreReading): StoreReading => {
  if (known === null) return read;
  const doubt = known.error + (read.at - known.at) * drift;
  const agree = Math.abs(read.offset - known.offset) <= doubt + read.error;
  return agree && read.error > doubt ? known : read;
};

/** A host's wall clock that is further off than this is wrong, and somebody should hear of it. */
export const hostClockOffMs = 60_000;
