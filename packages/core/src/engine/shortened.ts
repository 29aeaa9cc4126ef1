/** Bytes of a value as JSON. */
export const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '');

/** A record of at most so many bytes as JSON: what is long in it is cut, then what does not fit is left out, and `shortened` says so. */
export const shortened = (
  record: Readonly<Record<string, unknown>>,
  mostBytes: number,
): Readonly<Record<string, unknown>> => {
  if (bytesOf(record) <= mostBytes) return record;
  const mark = ['shortened', true] as const;
  return Object.fromEntries([
    ...fitting(Object.entries(record).map(cutField), mostBytes - bytesOf({ shortened: true })),
    mark,
  ]);
};

const longestField = 1024;

const cutField = ([name, value]: [string, unknown]): [string, unknown] => [name, cut(value)];

const cut = (value: unknown): unknown => {
  if (bytesOf(value) <= longestField) return value;
  // At most four bytes a character, and no half of one.
  if (typeof value === 'string') return `${value.slice(0, longestField / 4 - 1).toWellFormed()}…`;
  return Array.isArray(value) ? fitting(value, longestField) : '…';
};

// As many as fit; one that does not is left out and those behind it are looked at. Each comes with a comma at most.
const fitting = <T>(items: readonly T[], mostBytes: number): T[] => {
  let left = mostBytes - '{}'.length;
  return items.filter((item) => {
    const bytes = bytesOf(item) + 1;
    if (bytes > left) return false;
    left -= bytes;
    return true;
  });
};
