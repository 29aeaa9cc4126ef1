import { describe, expect, it } from 'vitest';
import { measureAdoption } from './measure-adoption.ts';

const times = process.env.RUNYARD_FULL === '1' ? 50 : 5;

describe('a host that is killed while another waits for its place', () => {
  it.each([
    { store: 'sqlite' as const, times },
    { store: 'postgres' as const, times: Math.ceil(times / 5) },
  ])(
    'on $store, is followed by it, $times times on one run, whose log is contiguous to the byte',
    { timeout: 300_000 },
    async ({ store, times }) => {
      const { ms, state, said, log, left } = await measureAdoption(times, store);
      expect(ms).toHaveLength(times);
      expect(state).toBe('succeeded');
      expect(log === said, 'the log is what the job said').toBe(true);
      expect(left).toEqual([]);
    },
  );
});
