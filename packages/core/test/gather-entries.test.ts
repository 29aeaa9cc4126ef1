import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { functionExecutor } from '../src/adapters/function-executor/function-executor.ts';
import { memoryLogStore } from '../src/adapters/memory-log-store/memory-log-store.ts';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import { gatherEntries } from '../src/engine/gather-entries.ts';
import type { LogStore, NewLogEntry } from '../src/ports/log-store.ts';
import { testRunyard } from '../src/testing/test-runyard/test-runyard.ts';

const entry = (text: string): NewLogEntry => ({ at: 0, stream: 'output', text });

/** A log that takes nothing before it is told to. */
const slowLog = () => {
  const writes: string[][] = [];
  let go: () => void = () => {};
  const append = (entries: NewLogEntry[]): Promise<void> => {
    writes.push(entries.map(({ text }) => text));
    return new Promise((resolve) => {
      go = resolve;
    });
  };
  return { writes, append, go: () => go() };
};

it('the first entry is written at once, and what comes meanwhile together behind it, in its order', async () => {
  const log = slowLog();
  const gathered = gatherEntries(log.append);
  for (const text of ['a', 'b', 'c']) await gathered.add([entry(text)]);
  expect(log.writes).toEqual([['a']]);
  log.go();
  await expect.poll(() => log.writes).toEqual([['a'], ['b', 'c']]);
  const all = gathered.written();
  log.go();
  await all;
  await gathered.add([entry('d')]);
  expect(log.writes).toEqual([['a'], ['b', 'c'], ['d']]);
});

it('whoever has more than fits waits until the log has taken it', async () => {
  const log = slowLog();
  const gathered = gatherEntries(log.append);
  await gathered.add([entry('a')]);
  let fits = false;
  const added = gathered.add([entry('b'.repeat(70_000))]).then(() => {
    fits = true;
  });
  await setImmediate();
  expect(fits).toBe(false);
  log.go();
  await expect.poll(() => log.writes).toHaveLength(2);
  expect(fits).toBe(false);
  log.go();
  await added;
});

it("a function's lines do not wait for one another to be written", async () => {
  let appends = 0;
  const store = memoryLogStore();
  const writer: LogStore['writer'] = async (...given) => {
    const opened = await store.writer(...given);
    const append: typeof opened.append = async (entries) => {
      appends++;
      await setImmediate();
      return opened.append(entries);
    };
    return { ...opened, append };
  };
  const say = ({ log }: { log(line: string): void }): void => {
    for (let n = 0; n < 500; n++) log(`line ${n}`);
  };
  await using t = await testRunyard({
    store: memoryStore(),
    logStore: { ...store, writer },
    executors: { function: functionExecutor({ functions: { say } }) },
  });
  const job = await t.runyard.jobs.create({ name: 'say', executor: 'function', command: ['say'] });
  const { id } = await t.runyard.jobs.start(job.id);
  await t.clock.settled(t.runyard.runs.wait(id));
  let text = '';
  for await (const line of t.runyard.runs.logs(id, { follow: true })) text += line.text;
  expect(text).toBe(Array.from({ length: 500 }, (_, n) => `line ${n}\n`).join(''));
  expect(appends).toBeLessThan(10);
});
