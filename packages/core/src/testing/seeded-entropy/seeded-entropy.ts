import type { Entropy } from '../../ports/entropy.ts';

/** Randomness that replays: the same seed gives the same ids and numbers, in the same order, on every machine. */
export function seededEntropy(seed: number | string): Entropy {
  const next = sfc32(seedOf(String(seed)));
  const hex = (): string => next().toString(16).padStart(8, '0');
  return {
    id: () => hex() + hex() + hex() + hex(),
    random: () => next() / 2 ** 32,
  };
}

// Four words from the seed's text (FNV-1a, each word from another basis).
function seedOf(text: string): [number, number, number, number] {
  const hash = (basis: number): number => {
    let word = basis;
    for (const character of text) word = Math.imul(word ^ (character.codePointAt(0) ?? 0), 0x01000193);
    return word >>> 0;
  };
  return [hash(0x811c9dc5), hash(0x9e3779b9), hash(0x243f6a88), 1];
}

// Chris Doty-Humphrey's small fast counter: 128 bits of state, passes PractRand.
function sfc32([a, b, c, counter]: [number, number, number, number]): () => number {
  const next = (): number => {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + result;
    return result >>> 0;
  };
  for (let round = 0; round < 15; round++) next(); // mixes the seed into every word
  return next;
}
