/** Fails with the rule itself: of a comparison with `true` the runner would only say that it was false. */
export const must = (isSo: boolean, rule: string): void => {
  if (!isSo) throw new Error(`describeExecutor: ${rule}`);
};
