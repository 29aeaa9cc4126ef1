/** How long to wait before try `tries` + 1, in ms: doubling, up to `mostMs`, at most a half of it left to chance, so that many do not come at once. */
export const backoffMs = (
  tries: number,
  { firstMs, mostMs, random }: { firstMs: number; mostMs: number; random: () => number },
): number => {
  const whole = Math.min(mostMs, firstMs * 2 ** Math.min(tries, 30));
  return whole * (1 - random() / 2);
};
