import { all, capBytes, key, type LogRules, line, lines, never, refusal, texts } from './bench.ts';

export const writingRules: LogRules = {
  'tells a new writer from where to read on, also when the last entry had no cursor': async ({
    expect,
    store,
    read,
  }) => {
    const fresh = await store.writer(key, { capBytes });
    expect(fresh.resumeAfter).toEqual(undefined);
    await fresh.append([line(1), line(2), { at: 3, stream: 'phase', text: 'ours\n' }]);
    await fresh.close();
    const next = await store.writer(key, { capBytes });
    expect(next.resumeAfter).toEqual('s2');
    await next.append([line(3)]);
    await next.close();
    expect(texts(await read())).toEqual(['line 1', 'line 2', 'ours', 'line 3']);
  },

  'sealing is idempotent, and nothing can follow it': async ({ expect, store, read }) => {
    const writer = await store.writer(key, { capBytes });
    await writer.append([line(1)]);
    await Promise.all([writer.seal(), writer.seal()]);
    await writer.seal();
    expect(await refusal(() => writer.append([line(2)]))).toEqual({ code: 'closed' });
    await writer.close();
    await writer.close();
    expect(await store.sealed(key)).toEqual(true);

    const again = await store.writer(key, { capBytes });
    expect(again.resumeAfter).toEqual('s1');
    await again.seal();
    expect(await refusal(() => again.append([line(2)]))).toEqual({ code: 'closed' });
    await again.close();
    expect(texts(await read())).toEqual(['line 1']);
  },

  'a log without any entry can be sealed': async ({ expect, store, written }) => {
    await written([], { seal: true });
    expect(await store.sealed(key)).toEqual(true);
    expect(await all(store.read(key, { follow: true, signal: never }))).toEqual([]);
  },

  'appends that are not waited for keep their order, and the seal comes behind them': async ({ expect, store }) => {
    const writer = await store.writer(key, { capBytes });
    const appends = lines(1, 500).map((entry) => writer.append([entry]));
    await Promise.all([...appends, writer.seal()]);
    await writer.close();
    const found = await all(store.read(key, { follow: true, signal: never }));
    expect(texts(found)).toEqual(texts(lines(1, 500)));
  },

  'closing waits for what was appended, and ends only the writing': async ({ expect, store, read }) => {
    const writer = await store.writer(key, { capBytes });
    const appended = writer.append(lines(1, 100));
    await writer.close();
    await appended;
    expect(await refusal(() => writer.append([line(101)]))).toEqual({ code: 'closed' });
    expect(await store.sealed(key)).toEqual(false);
    expect(texts(await read())).toEqual(texts(lines(1, 100)));
  },
};
