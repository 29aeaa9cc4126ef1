/**
 * Whether an object's version came after another. What cannot be compared counts as newer: then what is told last is taken.
 */
export const isNewer = (version: string, than: string): boolean => {
  if (!number.test(version) || !number.test(than)) return version !== than;
  // They may be longer than a number is exact.
  return version.length === than.length ? version > than : version.length > than.length;
};

const number = /^(0|[1-9]\d*)$/;
