import { describe, expect, it } from 'vitest';
import { chaos } from './chaos.ts';
import { keep } from './keep.ts';

// `pnpm crash` is the long form.
const seed = Date.now() % 1_000_000;

describe(`hosts that are killed again and again, at 60 x store time (seed ${seed})`, () => {
  it.each([
    { on: 'sqlite' as const, hosts: 1, seconds: 30 },
    { on: 'postgres' as const, hosts: 3, seconds: 60 },
  ])(
    '$on, $seconds s: nothing is missed, doubled, overlapping or left behind',
    { timeout: 300_000 },
    async ({ on, hosts, seconds }) => {
      const result = await chaos({ seed, forMs: seconds * 1000, hosts, jobs: 20, on });
      const file = result.violations.length > 0 ? keep(seed, result) : '';
      expect(result.violations.slice(0, 20), `everything that is known of it is in ${file}`).toEqual([]);
      // Each job is due every minute or two of store time, whatever happens to hosts.
      expect(result.counts.occurrences).toBeGreaterThan(seconds * 10);
      expect(result.counts.executions).toBeGreaterThan(seconds);
    },
  );
});
