import { type ClockReading, readOffset, trustClock } from '../domain/clock-step.ts';
import type { Clock } from '../ports/clock.ts';

/** Notices when somebody sets the wall clock under us. */
export interface WallClock {
  read(): ClockReading;
}

export const newWallClock = (clock: Clock): WallClock => {
  const offset = (): number => clock.now() - clock.monotonic();
  let trusted = trustClock(offset());
  return {
    read() {
      const result = readOffset(trusted, offset());
      trusted = result.trusted;
      return result.reading;
    },
  };
};
