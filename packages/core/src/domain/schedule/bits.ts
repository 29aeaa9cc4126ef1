// A set of small numbers is one 32-bit word: bit n says whether n (0 to 31) is in it.

/** The smallest member that is at least `n` (0 to 31), or -1. */
export const bitAtOrAfter = (set: number, n: number): number => {
  const rest = (set >>> n) << n;
  return rest === 0 ? -1 : 31 - Math.clz32(rest & -rest);
};

/** The largest member that is at most `n` (0 to 31), or -1. */
export const bitAtOrBefore = (set: number, n: number): number => {
  const rest = set & ((2 << n) - 1);
  return rest === 0 ? -1 : 31 - Math.clz32(rest);
};

export const hasBit = (set: number, n: number): boolean => ((set >>> n) & 1) === 1;
