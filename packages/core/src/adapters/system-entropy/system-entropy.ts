import { randomFillSync } from 'node:crypto';
import type { Entropy } from '../../ports/entropy.ts';

/** Asked of the operating system in so many bytes at a time, since each question takes longer than all else that an id needs. */
const poolBytes = 4096;

/** Randomness of the operating system: ids cannot be guessed. */
export const systemEntropy = (): Entropy => {
  const pool = Buffer.alloc(poolBytes);
  let used = poolBytes;
  // Where the next so many bytes stand in the pool; none is ever given twice.
  const take = (count: number): number => {
    if (used + count > poolBytes) {
      randomFillSync(pool);
      used = 0;
    }
    used += count;
    return used - count;
  };
  return {
    id() {
      const at = take(16);
      return pool.toString('hex', at, at + 16);
    },
    random: () => pool.readUIntBE(take(6), 6) / 2 ** 48,
  };
};
