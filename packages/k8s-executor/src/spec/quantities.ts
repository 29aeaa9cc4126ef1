/** Cores as a quantity: `2`, or `500m`. A thousandth is the least that there is. */
export const cpuQuantity = (cores: number): string => {
  // 0.29 * 1000 is 290.00000000000006
  const thousandths = Math.max(1, Math.ceil(Number((cores * 1000).toFixed(3))));
  return thousandths % 1000 === 0 ? String(thousandths / 1000) : `${thousandths}m`;
};

/** Whole bytes, so that nothing is rounded. */
export const memoryQuantity = (bytes: number): string => String(Math.ceil(bytes));

/** Seconds of a deadline or a grace. More than fits in 32 bits is not taken of a pod, and elsewhere it is over at once: the cluster counts nanoseconds in 64. */
export const wholeSeconds = (ms: number): number => Math.min(Math.ceil(ms / 1000), 2 ** 31 - 1);
