/** Wall clock minus monotonic clock, ms. It stands still, but for slewing, as long as nobody sets the wall clock. */
export interface TrustedClock {
  offset: number;
  /** What was read once and is not confirmed yet. */
  suspect: number | null;
}

export type ClockReading =
  | { kind: 'steady' }
  /** It jumped, or the machine slept: not believed before a second reading says the same. */
  | { kind: 'suspect' }
  /** Confirmed. Negative: it was set back. */
  | { kind: 'stepped'; byMs: number };

/** Below this it is slewing, or a slow reading. */
const stepMs = 60_000;

export const trustClock = (offset: number): TrustedClock => ({ offset, suspect: null });

/** What a reading of the clocks means, and what is trusted from then on. */
export const readOffset = (
  { offset: trusted, suspect }: TrustedClock,
  offset: number,
): { trusted: TrustedClock; reading: ClockReading } => {
  // Followed in small steps, so that slewing never adds up to a step.
  if (Math.abs(offset - trusted) <= stepMs) return { trusted: trustClock(offset), reading: { kind: 'steady' } };
  if (suspect === null || Math.abs(offset - suspect) > stepMs)
    return { trusted: { offset: trusted, suspect: offset }, reading: { kind: 'suspect' } };
  return { trusted: trustClock(offset), reading: { kind: 'stepped', byMs: offset - trusted } };
};
