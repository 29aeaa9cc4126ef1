import { readOffset, trustClock } from '../domain/clock-step.ts';
import type { Clock } from '../ports/clock.ts';

/** Notices when somebody sets the wall clock under us. */
export interface WallClock {
  /** Whether it may be acted on now: false while a jump is not confirmed. */
  trusted(): boolean;
  /** How long it was never in doubt, ms. */
  steadyForMs(): number;
  /** By how much it was set since this was asked last, ms, negative for back; null: it was not. */
  takeStep(): number | null;
}

export const newWallClock = (clock: Clock): WallClock => {
  const read = () => ({ offset: clock.now() - clock.monotonic(), at: clock.monotonic() });
  let known = trustClock(read());
  let step: number | null = null;
  const look = (): void => {
    const result = readOffset(known, read());
    known = result.known;
    if (result.stepMs !== null) step = (step ?? 0) + result.stepMs;
  };
  return {
    trusted() {
      look();
      return known.suspect === null;
    },
    steadyForMs() {
      look();
      return known.suspect === null ? clock.monotonic() - known.steadySince : 0;
    },
    takeStep() {
      const taken = step;
      step = null;
      return taken;
    },
  };
};
