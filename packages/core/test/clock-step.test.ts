import { describe, expect, it } from 'vitest';
import { type ClockReading, readOffset, trustClock } from '../src/domain/clock-step.ts';

const readings = (offsets: readonly number[]): ClockReading[] => {
  let trusted = trustClock(0);
  return offsets.map((offset) => {
    const result = readOffset(trusted, offset);
    trusted = result.trusted;
    return result.reading;
  });
};
const steady = { kind: 'steady' };
const suspect = { kind: 'suspect' };

describe('the wall clock', () => {
  it('may slew, however far in the end', () => {
    expect(readings(Array.from({ length: 100 }, (_, n) => n * 50_000))).toEqual(Array(100).fill(steady));
  });

  it('has stepped once a second reading says the same', () => {
    expect(readings([0, 3_600_000, 3_600_010, 3_600_020])).toEqual([
      steady,
      suspect,
      { kind: 'stepped', byMs: 3_600_010 },
      steady,
    ]);
    expect(readings([-90_000, -90_000])).toEqual([suspect, { kind: 'stepped', byMs: -90_000 }]);
  });

  it('has not stepped when it comes back, or says another thing each time', () => {
    expect(readings([3_600_000, 10, 3_600_000])).toEqual([suspect, steady, suspect]);
    expect(readings([3_600_000, -3_600_000, 7_200_000])).toEqual([suspect, suspect, suspect]);
  });
});
