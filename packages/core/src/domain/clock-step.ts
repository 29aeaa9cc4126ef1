/** A reading of both clocks: the wall clock minus the monotonic one, and the monotonic one; ms. */
export interface Offset {
  offset: number;
  at: number;
}

/** What is known of the wall clock. Its offset stands still, but for slewing, as long as nobody sets it. */
export interface TrustedClock {
  offset: number;
  /** Since when it was never in doubt, on the monotonic clock. */
  steadySince: number;
  /** A step that was read once and is not confirmed yet. */
  suspect: Offset | null;
}

/** Below this it is no step that schedules have to be moved for. */
const stepMs = 60_000;
/** More than this between two readings is no slewing: leases, which are short, are not judged by it for a while. */
const slewMs = 1_000;
/** A second reading counts when it comes so much later. */
export const confirmMs = 1_000;

export const trustClock = ({ offset, at }: Offset): TrustedClock => ({ offset, steadySince: at, suspect: null });

/**
 * What is known after one more reading. A jump is not believed before a second reading says the same. `stepMs` is by how
 * much it was set, negative for back; also for a jump that was taken back before it was confirmed, since somebody may have
 * looked at the clock in between.
 */
export const readOffset = (known: TrustedClock, now: Offset): { known: TrustedClock; stepMs: number | null } => {
  const { offset, steadySince, suspect } = known;
  if (isNear(now.offset, offset)) {
    if (suspect) return { known: trustClock(now), stepMs: now.offset - suspect.offset };
    // Followed in small steps, so that slewing never adds up to a step.
    const slews = Math.abs(now.offset - offset) <= slewMs;
    return { known: { offset: now.offset, steadySince: slews ? steadySince : now.at, suspect: null }, stepMs: null };
  }
  if (!suspect || !isNear(now.offset, suspect.offset))
    return { known: { offset, steadySince: now.at, suspect: now }, stepMs: null };
  if (now.at - suspect.at < confirmMs) return { known, stepMs: null };
  return { known: trustClock(now), stepMs: now.offset - offset };
};

const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= stepMs;
