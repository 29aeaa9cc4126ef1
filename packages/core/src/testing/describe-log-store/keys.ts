import { capBytes, key, type LogRules, lines, never, refusal, texts } from './bench.ts';

const hex = 'a'.repeat(32);
const forged = ['', 'x', hex, `${hex}.`, `../${'a'.repeat(29)}.1`, `${'A'.repeat(32)}.1`, `${key}/x`];

export const keyRules: LogRules = {
  'refuses what is not the key of an attempt': async ({ expect, store }) => {
    for (const each of forged) {
      const refused = { code: 'invalid-request', field: 'key', received: each };
      expect(await refusal(() => store.writer(each, { capBytes }))).toEqual(refused);
      expect(await refusal(() => store.remove(each))).toEqual(refused);
      expect(await refusal(() => store.sealed(each))).toEqual(refused);
      expect(await refusal(async () => store.read(each, { signal: never }))).toEqual(refused);
    }
  },

  'each attempt has a log of its own': async ({ expect, store, written, read }) => {
    const other = await store.writer(`${hex}.2`, { capBytes });
    await other.append(lines(7, 9));
    await written(lines(1, 3));
    await store.remove(`${hex}.2`);
    await other.close();
    expect(texts(await read())).toEqual(texts(lines(1, 3)));
  },
};
