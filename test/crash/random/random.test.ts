import { describe, expect, it } from 'vitest';
import { chaos } from './chaos.ts';
import { keep } from './keep.ts';

// `pnpm crash` is the long form.
const seconds = 60;
const seed = Date.now() % 1_000_000;

describe(`hosts that are killed again and again for ${seconds} s, at 60 x store time (seed ${seed})`, () => {
  it.each([
    { store: 'sqlite' as const, hosts: 1 },
    { store: 'postgres' as const, hosts: 3 },
  ])(
    '$store: nothing is missed, doubled, overlapping or left behind',
    { timeout: 300_000 },
    async ({ store, hosts }) => {
      const result = await chaos({ seed, forMs: seconds * 1000, hosts, jobs: 20, on: store });
      const file = result.violations.length > 0 ? keep(seed, result) : '';
      expect(result.violations.slice(0, 20), `everything that is known of it is in ${file}`).toEqual([]);
      expect(result.counts.occurrences).toBeGreaterThan(900);
      expect(result.counts.executions).toBeGreaterThan(200);
    },
  );
});
