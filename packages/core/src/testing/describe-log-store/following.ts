import { capBytes, follower, key, type LogRules, line, lines, texts } from './bench.ts';

export const followingRules: LogRules = {
  'a follower waits for a log that does not exist yet, sees each line as it comes, and ends with the seal': async ({
    expect,
    store,
  }) => {
    const following = follower(store);
    const first = following.next();
    const writer = await store.writer(key, { capBytes });
    await writer.append([line(1)]);
    expect((await first).value.text).toEqual('line 1\n');
    const second = following.next();
    await writer.append([line(2)]);
    expect((await second).value.text).toEqual('line 2\n');
    const end = following.next();
    await writer.seal();
    expect((await end).done).toEqual(true);
    await writer.close();
  },

  'a follower at another instance sees each line as it comes, and ends with the seal': async ({
    expect,
    store,
    beside,
  }) => {
    const following = follower(await beside());
    const writer = await store.writer(key, { capBytes });
    for (const entry of lines(1, 20)) {
      const next = following.next();
      await writer.append([entry]);
      expect((await next).value.text).toEqual(entry.text);
    }
    const end = following.next();
    await writer.seal();
    expect((await end).done).toEqual(true);
    await writer.close();
  },

  'following goes on behind a cursor, on another instance than the one it came from': async ({
    expect,
    store,
    read,
    beside,
  }) => {
    const writer = await store.writer(key, { capBytes });
    await writer.append(lines(1, 10));
    const { cursor: after } = (await read())[5]!;
    const following = (await beside())
      .read(key, { after, follow: true, signal: new AbortController().signal })
      [Symbol.asyncIterator]();
    for (const n of [7, 8, 9, 10]) expect((await following.next()).value.text).toEqual(line(n).text);
    const next = following.next();
    await writer.append(lines(11, 11));
    expect((await next).value.text).toEqual(line(11).text);
    await writer.close();
    await following.return?.();
  },

  'with tail, a follower begins with the last entries and goes on': async ({ expect, store }) => {
    const writer = await store.writer(key, { capBytes });
    await writer.append(lines(1, 10));
    const seen: string[] = [];
    const following = store.read(key, { tail: 2, follow: true, signal: new AbortController().signal });
    for await (const { text } of following) {
      seen.push(text);
      if (seen.length === 2) {
        await writer.append(lines(11, 11));
        await writer.seal();
      }
    }
    await writer.close();
    expect(texts(seen.map((text) => ({ text })))).toEqual(texts(lines(9, 11)));
  },

  'a follower goes on when another writer takes over': async ({ expect, store, beside, written }) => {
    await written(lines(1, 2));
    const following = follower(store);
    expect((await following.next()).value.text).toEqual(line(1).text);
    expect((await following.next()).value.text).toEqual(line(2).text);
    const next = following.next();
    const writer = await (await beside()).writer(key, { capBytes });
    await writer.append([line(3)]);
    expect((await next).value.text).toEqual(line(3).text);
    const end = following.next();
    await writer.seal();
    expect((await end).done).toEqual(true);
    await writer.close();
  },

  'a follower ends when the log is removed': async ({ expect, store, read }) => {
    const writer = await store.writer(key, { capBytes });
    await writer.append([line(1)]);
    const following = follower(store);
    await following.next();
    const end = following.next();
    await writer.close();
    await store.remove(key);
    expect((await end).done).toEqual(true);
    expect(await read()).toEqual([]);
  },

  'aborting ends the wait of a follower with the reason': async ({ expect, store }) => {
    const stop = new AbortController();
    const next = follower(store, stop.signal).next();
    const reason = new Error('enough');
    stop.abort(reason);
    expect(
      await next.then(
        () => 'went on',
        (error: unknown) => error === reason,
      ),
    ).toEqual(true);
  },
};
