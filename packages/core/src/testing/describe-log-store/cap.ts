import type { LogEntry, NewLogEntry } from '../../ports/log-store.ts';
import { key, type LogRules, lines, texts } from './bench.ts';

const capBytes = 400;
const phase: NewLogEntry = { at: 9, stream: 'phase', text: 'ended\n' };

const kept = (entries: readonly LogEntry[]): number => entries.filter((entry) => entry.stream === 'stdout').length;
const marks = (entries: readonly LogEntry[]): LogEntry[] =>
  entries.filter((entry) => entry.text.startsWith('Output was cut here'));

export const capRules: LogRules = {
  'drops output, keeps phases, and one mark says where; once sealed also how much': async ({ expect, store, read }) => {
    const writer = await store.writer(key, { capBytes });
    await writer.append([...lines(1, 90), phase, ...lines(91, 99)]);
    const open = await read();
    await writer.seal();
    await writer.close();
    const sealed = await read();

    const n = kept(open);
    expect([n > 2, n < 90]).toEqual([true, true]);
    const dropped = lines(n + 1, 99).reduce((sum, entry) => sum + entry.text.length, 0);
    const cut = `Output was cut here: the log reached its cap of ${capBytes} bytes.`;
    expect(marks(open).map(({ at, stream, text }) => ({ at, stream, text }))).toEqual([
      { at: n + 1, stream: 'phase', text: `${cut}\n` },
    ]);
    expect(texts(marks(sealed))).toEqual([`${cut} ${dropped} bytes in ${99 - n} lines were dropped.`]);
    expect(open[n]).toEqual(marks(open)[0]);
    expect(texts(sealed).slice(-1)).toEqual(['ended']);
    expect(open.map((entry) => entry.cursor)).toEqual(sealed.map((entry) => entry.cursor));
  },

  'a writer that takes over goes on dropping, and counts what was dropped once': async ({
    expect,
    store,
    written,
    read,
  }) => {
    await written([...lines(1, 90), phase, { ...phase, sourceCursor: 's90' }, ...lines(91, 95)], { capBytes });
    const writer = await store.writer(key, { capBytes });
    // What came behind the last source cursor is read, and dropped, again.
    expect(writer.resumeAfter).toEqual('s90');
    await writer.append(lines(91, 95));
    await writer.seal();
    await writer.close();
    const found = await read();
    expect(marks(found).map(({ text }) => text.includes(`in ${95 - kept(found)} lines`))).toEqual([true]);
  },
};
