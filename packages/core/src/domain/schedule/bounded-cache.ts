export interface BoundedCache<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
}

/**
 * Keeps at least the `size` entries used last and at most twice as many. Two generations: when the young one is full
 * it becomes the old one, and what is used again moves up. A hit costs one look-up and writes nothing.
 */
export const boundedCache = <Value>(size: number): BoundedCache<Value> => {
  let young = new Map<string, Value>();
  let old = new Map<string, Value>();

  const set = (key: string, value: Value): void => {
    if (young.size >= size) {
      old = young;
      young = new Map();
    }
    young.set(key, value);
  };

  const get = (key: string): Value | undefined => {
    const value = young.get(key);
    if (value !== undefined) return value;
    const aged = old.get(key);
    if (aged !== undefined) set(key, aged);
    return aged;
  };

  return { get, set };
};
