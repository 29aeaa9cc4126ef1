/** Epoch ms; undefined for what is missing or no time, and for the `1970-01-01T00:00:00Z` of a container that never began. */
export const epoch = (time: string | null | undefined): number | undefined => {
  const at = Date.parse(time ?? '');
  return at > 0 ? at : undefined;
};
