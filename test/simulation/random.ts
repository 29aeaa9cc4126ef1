import { seededEntropy } from '../../packages/core/src/testing/seeded-entropy/seeded-entropy.ts';

/** Choices that replay. */
export interface Random {
  /** 0 ≤ x < 1. */
  share(): number;
  /** A whole number, both ends included. */
  int(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** By weight. */
  weighted<T>(items: readonly (readonly [weight: number, item: T])[]): T;
}

export const randomOf = (seed: string): Random => {
  const { random } = seededEntropy(seed);
  const int = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1));
  return {
    share: random,
    int,
    chance: (probability) => random() < probability,
    pick: (items) => items[int(0, items.length - 1)] as never,
    weighted(items) {
      let left = random() * items.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, item] of items) {
        left -= weight;
        if (left < 0) return item;
      }
      return (items.at(-1) as (typeof items)[number])[1];
    },
  };
};
