import { capBytes, key, type LogRules, line, lines, refusal, texts } from './bench.ts';

// A process that was stopped, and whose run another instance has adopted, wakes up with a writer in its hands.
export const takingOverRules: LogRules = {
  'opening takes the log over: what the earlier writer appends is rejected': async ({
    expect,
    store,
    beside,
    read,
  }) => {
    const stopped = await store.writer(key, { capBytes });
    await stopped.append(lines(1, 3));
    const other = await beside();
    const next = await other.writer(key, { capBytes });
    expect(next.resumeAfter).toEqual('s3');
    expect(await refusal(() => stopped.append([{ ...line(4), text: 'late\n' }]))).toEqual({ code: 'closed' });
    await next.append([line(4)]);
    expect(await refusal(() => stopped.append([{ ...line(5), text: 'later\n' }]))).toEqual({ code: 'closed' });
    await stopped.close();
    await next.append([line(5)]);
    await next.seal();
    await next.close();
    expect(texts(await read())).toEqual(texts(lines(1, 5)));
    expect(await read({ from: other })).toEqual(await read());
  },

  'a second writer of the same instance takes over as well': async ({ expect, store, read }) => {
    const first = await store.writer(key, { capBytes, epoch: 1 });
    await first.append([line(1)]);
    const second = await store.writer(key, { capBytes, epoch: 1 });
    expect(second.resumeAfter).toEqual('s1');
    expect(await refusal(() => first.append([{ ...line(2), text: 'late\n' }]))).toEqual({ code: 'closed' });
    await second.append([line(2)]);
    await second.seal();
    await first.close();
    await second.close();
    expect(texts(await read())).toEqual(texts(lines(1, 2)));
  },

  'the earlier writer can not seal it; once the later one has, it hears that it is sealed': async ({
    expect,
    store,
    beside,
  }) => {
    const stopped = await store.writer(key, { capBytes });
    await stopped.append(lines(1, 3));
    const next = await (await beside()).writer(key, { capBytes });
    expect(await refusal(() => stopped.seal())).toEqual({ code: 'closed' });
    expect(await store.sealed(key)).toEqual(false);
    await next.append([line(4)]);
    await next.seal();
    await next.close();
    await stopped.seal();
    await stopped.close();
  },

  'who comes late, under an earlier lease, does not take it over': async ({ expect, store, beside, read }) => {
    const other = await beside();
    await (await store.writer(key, { capBytes, epoch: 1 })).close();
    const holder = await other.writer(key, { capBytes, epoch: 3 });
    await holder.append([line(1)]);
    for (const epoch of [2, 1, undefined])
      expect(await refusal(() => store.writer(key, { capBytes, ...(epoch && { epoch }) }))).toEqual({ code: 'closed' });
    await holder.append([line(2)]);
    const again = await store.writer(key, { capBytes, epoch: 3 });
    expect(await refusal(() => holder.append([line(3)]))).toEqual({ code: 'closed' });
    await again.append([line(3)]);
    await again.seal();
    await again.close();
    await holder.close();
    expect(texts(await read())).toEqual(texts(lines(1, 3)));
  },

  'a log that was removed is not written by who opened it before': async ({ expect, store, beside, read }) => {
    const stopped = await store.writer(key, { capBytes });
    await stopped.append(lines(1, 3));
    await (await beside()).remove(key);
    await stopped.append([line(4)]).catch(() => {}); // a store may refuse it, or take it to where no one reads
    await stopped.close();
    expect(await read()).toEqual([]);
  },
};
