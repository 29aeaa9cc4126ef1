/** Time, passed in. Implemented by `systemClock` and by the testing kit's `ManualClock`. */
export interface Clock {
  /** Wall clock, epoch ms. May step. */
  now(): number;
  /** Ms since some fixed instant; never steps. */
  monotonic(): number;
  /**
   * Resolves after `ms`; rejects with the signal's reason when aborted. Never keeps the process alive. Callers cap a
   * sleep at 30 s and look again, since wall clocks step and laptops sleep.
   */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}
