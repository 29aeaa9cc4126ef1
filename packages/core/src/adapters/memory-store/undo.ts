/** What takes the changes of a batch back, newest last. */
export type Undo = (() => void)[];

export const takeBack = (undo: Undo): void => {
  for (const step of undo.reverse()) step();
};

/** `map.set`, or with undefined `map.delete`, that can be taken back. */
export const put = <K, V>(map: Map<K, V>, key: K, value: V | undefined, undo: Undo): void => {
  const before = map.get(key);
  assign(map, key, value);
  undo.push(() => assign(map, key, before));
};

const assign = <K, V>(map: Map<K, V>, key: K, value: V | undefined): void => {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
};
