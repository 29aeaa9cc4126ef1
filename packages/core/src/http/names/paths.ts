/** Plain objects, read and written by dotted path: `schedule.missed.cap`. */
export type Plain = Record<string, unknown>;

export const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** undefined where the path leads nowhere; null where it ends early, at a null. */
export const getPath = (from: unknown, path: string): unknown => {
  let value = from;
  for (const part of partsOf(path)) {
    if (value === null) return null;
    if (!isPlain(value)) return undefined;
    value = Object.hasOwn(value, part) ? value[part] : undefined;
  }
  return value;
};

/** Makes the objects on the way. */
export const setPath = (into: Plain, path: string, value: unknown): void => {
  const parts = partsOf(path);
  const last = parts.at(-1) ?? path;
  let at = into;
  for (let i = 0; i < parts.length - 1; i++) {
    const part = parts[i] ?? '';
    const inner = at[part];
    const next: Plain = isPlain(inner) ? inner : {};
    at[part] = next;
    at = next;
  }
  at[last] = value;
};

export const parentOf = (path: string): string | null =>
  path.includes('.') ? path.slice(0, path.lastIndexOf('.')) : null;

// The tables have a hundred paths, which every answer goes through.
const known = new Map<string, readonly string[]>();
const most = 1_000;

const partsOf = (path: string): readonly string[] => {
  const before = known.get(path);
  if (before !== undefined) return before;
  const parts = path.split('.');
  if (known.size < most) known.set(path, parts);
  return parts;
};
