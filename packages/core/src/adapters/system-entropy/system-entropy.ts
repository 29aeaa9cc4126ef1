import { randomBytes } from 'node:crypto';
import type { Entropy } from '../../ports/entropy.ts';

/** Randomness of the operating system: ids cannot be guessed. */
export const systemEntropy = (): Entropy => ({
  id: () => randomBytes(16).toString('hex'),
  random: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
});
