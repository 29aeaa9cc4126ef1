import { describe, expect, it } from 'vitest';
import { systemEntropy } from '../src/adapters/system-entropy/system-entropy.ts';
import { seededEntropy } from '../src/testing/seeded-entropy/seeded-entropy.ts';

describe.each([
  ['systemEntropy', systemEntropy()],
  ['seededEntropy', seededEntropy('any')],
])('%s', (_name, entropy) => {
  it('gives ids of 32 hex digits, each another', () => {
    const ids = Array.from({ length: 1_000 }, () => entropy.id());
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(ids).size).toBe(1_000);
  });

  it('gives numbers from 0 up to but not 1, spread evenly', () => {
    const buckets = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i++) {
      const x = entropy.random();
      expect(x >= 0 && x < 1).toBe(true);
      buckets[Math.floor(x * 10)]! += 1;
    }
    for (const count of buckets) expect(Math.abs(count - 1_000)).toBeLessThan(250);
  });
});

describe('seededEntropy', () => {
  const draw = (seed: number | string) => {
    const entropy = seededEntropy(seed);
    return [entropy.id(), entropy.random(), entropy.id()];
  };

  it('replays to the letter', () => {
    expect(draw(42)).toEqual(draw(42));
    expect(draw(42)).toMatchInlineSnapshot(`
      [
        "b3553e740d6f46669325213a5f37e1b5",
        0.7776374630630016,
        "054cdfe7b3ade9303941b8859d861196",
      ]
    `);
  });

  it('differs from seed to seed', () => {
    const first = Array.from({ length: 1_000 }, (_, seed) => String(draw(seed)));
    expect(new Set(first).size).toBe(1_000);
  });
});
