/** Calls `each` for 0 … count - 1, `width` of them at the same time. */
export const inParallel = async (
  count: number,
  width: number,
  each: (index: number) => Promise<unknown>,
): Promise<void> => {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await each(next++);
  };
  await Promise.all(Array.from({ length: Math.min(width, count) }, lane));
};
