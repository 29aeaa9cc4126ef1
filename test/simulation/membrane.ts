import type { Clock } from '../../packages/core/src/ports/clock.ts';
import type { Executor } from '../../packages/core/src/ports/executor.ts';
import type { LogStore, LogWriter } from '../../packages/core/src/ports/log-store.ts';
import type { Store } from '../../packages/core/src/ports/store.ts';
import type { Life } from './life.ts';

// The ports as one process sees them: see `Life`.

export const clockOf = (clock: Clock, life: Life): Clock => ({
  now: () => clock.now(),
  monotonic: () => clock.monotonic(),
  // What a dead process slept for wakes nobody.
  sleep: (ms, signal) => life.call(() => clock.sleep(ms, signal)),
});

export const storeOf = (store: Store, life: Life): Store => {
  const guarded = (name: keyof Store) => [
    name,
    (...given: unknown[]) => life.call(() => (store[name] as (...given: unknown[]) => Promise<unknown>)(...given)),
  ];
  const methods = (Object.keys(store) as (keyof Store)[]).filter((name) => typeof store[name] === 'function');
  return { ...store, ...Object.fromEntries(methods.map(guarded)) };
};

export const logStoreOf = (logStore: LogStore, life: Life): LogStore => ({
  writer: (key, options) => life.call(async () => writerOf(await logStore.writer(key, options), life)),
  read: (key, options) => guardedItems(life, logStore.read(key, options)),
  sealed: (key) => life.call(() => logStore.sealed(key)),
  remove: (key) => life.call(() => logStore.remove(key)),
});

const writerOf = (writer: LogWriter, life: Life): LogWriter => ({
  resumeAfter: writer.resumeAfter,
  append: (entries) => life.call(() => writer.append(entries)),
  seal: () => life.call(() => writer.seal()),
  close: () => life.call(() => writer.close()),
});

/** `repeats` says whether a call arrives twice, as one that is sent again after its answer was lost. */
export const executorOf = <Spec>(executor: Executor<Spec>, life: Life, repeats: () => boolean): Executor<Spec> => ({
  ...executor,
  place: (signal) => life.call(() => executor.place(signal)),
  prepare: (launch, signal) => life.call(() => sent(() => executor.prepare(launch, signal), repeats())),
  start: (handle, options) => life.call(() => sent(() => executor.start(handle, options), repeats())),
  inspect: (handle, signal) => life.call(() => executor.inspect(handle, signal)),
  wait: (handle, { signal, onProgress }) =>
    life.call(() =>
      executor.wait(handle, {
        signal: untilDeath(life, signal),
        onProgress: (progress) => life.hear(() => onProgress(progress)),
      }),
    ),
  stop: (handle, options) =>
    life.call(() =>
      sent(() => executor.stop(handle, { ...options, signal: untilDeath(life, options.signal) }), repeats()),
    ),
  remove: (handle, signal) => life.call(() => sent(() => executor.remove(handle, signal), repeats())),
  ...(executor.logs && {
    logs: (handle, options) =>
      guardedItems(life, executor.logs?.(handle, { ...options, signal: untilDeath(life, options.signal) }) ?? none()),
  }),
  ...(executor.list && {
    list: (installation, signal) => guardedItems(life, executor.list?.(installation, signal) ?? none()),
  }),
  ...(executor.capacity && { capacity: (signal) => life.call(async () => executor.capacity?.(signal) as never) }),
  close: (options) => life.call(async () => executor.close?.(options)),
});

// The answer is that of the last one that has one.
const sent = async <T>(act: () => Promise<T>, twice: boolean): Promise<T> => {
  if (!twice) return act();
  const [first, second] = await Promise.allSettled([act(), act()]);
  if (second.status === 'fulfilled') return second.value;
  if (first.status === 'fulfilled') return first.value;
  throw second.reason;
};

async function* guardedItems<T>(life: Life, items: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await life.call(() => iterator.next());
    if (done) return;
    yield value;
  }
}

async function* none(): AsyncGenerator<never> {}

const untilDeath = (life: Life, signal: AbortSignal): AbortSignal => AbortSignal.any([signal, life.end.signal]);
