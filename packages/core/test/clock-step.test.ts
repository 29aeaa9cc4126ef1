import { describe, expect, it } from 'vitest';
import { readOffset, trustClock } from '../src/domain/clock-step.ts';

// One reading every two seconds.
const read = (offsets: readonly number[], everyMs = 2_000) => {
  let known = trustClock({ offset: 0, at: 0 });
  return offsets.map((offset, n) => {
    const result = readOffset(known, { offset, at: (n + 1) * everyMs });
    known = result.known;
    if (result.stepMs !== null) return result.stepMs;
    return known.suspect ? 'suspect' : 'steady';
  });
};

describe('the wall clock', () => {
  it('may slew, however far in the end', () => {
    expect(new Set(read(Array.from({ length: 100 }, (_, n) => n * 50_000)))).toEqual(new Set(['steady']));
  });

  it('has stepped once a second reading says the same', () => {
    expect(read([0, 3_600_000, 3_600_010, 3_600_020])).toEqual(['steady', 'suspect', 3_600_010, 'steady']);
    expect(read([-90_000, -90_000])).toEqual(['suspect', -90_000]);
  });

  it('is not confirmed by a reading of the same moment', () => {
    expect(read([3_600_000, 3_600_000, 3_600_000, 3_600_000], 400)).toEqual([
      'suspect',
      'suspect',
      'suspect',
      3_600_000,
    ]);
  });

  it('is steady again from a jump on that is too small for a step', () => {
    let known = trustClock({ offset: 0, at: 0 });
    for (const [offset, at] of [
      [900, 10_000],
      [45_000, 20_000],
      [45_010, 30_000],
    ] as const)
      known = readOffset(known, { offset, at }).known;
    expect(known.steadySince).toBe(20_000);
  });

  it('that comes back was set back, for whoever looked at it in between', () => {
    expect(read([3_600_000, 10])).toEqual(['suspect', -3_599_990]);
  });

  it('that says another thing each time is not believed', () => {
    expect(read([3_600_000, -3_600_000, 7_200_000])).toEqual(['suspect', 'suspect', 'suspect']);
  });
});
