import { isRunyardError } from '../domain/errors.ts';
import type { Handle } from '../domain/run/run.ts';
import type { Executor } from '../ports/executor.ts';
import { follow } from '../ports/follow.ts';
import type { LogWriter, NewLogEntry } from '../ports/log-store.ts';
import type { EngineContext } from './context.ts';
import { reportFault } from './fault.ts';
import { lineSplitter, parsePosition, type SplitLine } from './line-splitter.ts';
import { masker } from './masker.ts';
import { untilAnswered } from './retry.ts';

/** The log of one attempt while this instance writes it. */
export interface AttemptLog {
  /** A line of ours. */
  line(text: string): void;
  /** A phase begins. */
  phase(name: string): void;
  /** Values that are never to be seen in it. */
  mask(values: readonly string[]): void;
  /** Copies the executor's output from where the log stands; with `follow`, until the attempt has ended and all was read. */
  copy(find: () => Promise<Executor>, handle: Handle, options: { follow: boolean }): void;
  /** Waits until all output is in the log, but no longer than a few seconds. */
  drained(): Promise<void>;
  /** Waits until all output is in the log, then ends it durably. Throws where somebody else has taken it over and not sealed it yet. */
  seal(): Promise<void>;
  close(): Promise<void>;
}

export interface AttemptLogOwner {
  key: string;
  /** Of the lease that it is written under. */
  epoch: number;
  signal: AbortSignal;
  onPhase(name: string, at: number): void;
}

const drainMs = 5000;
/** A prompt or a progress bar has no newline; it is passed on after this. */
const partialLineMs = 250;

/** Opened behind: whoever launches an attempt does not wait for its log. */
export const openAttemptLog = (
  context: EngineContext,
  { key, epoch, signal, onPhase }: AttemptLogOwner,
): AttemptLog => {
  const { clock, logStore, settings } = context;
  const fault = (sentence: string) => (error: unknown) => reportFault(context, error, `${sentence} (${key})`);
  // Whoever took it over reads the output from where it stands, and seals it.
  const unlessTaken = (sentence: string) => (error: unknown) => {
    fault(sentence)(error);
    if (isRunyardError(error) && error.code === 'closed') throw error;
  };
  const opening = untilAnswered(
    clock,
    signal,
    () => logStore.writer(key, { capBytes: settings.logCapBytes, epoch }),
    fault('A log cannot be opened.'),
  );
  opening.catch(() => {}); // only the signal ends it, and whoever waits for it hears of that
  const mask = masker();
  let writing: Promise<unknown> = Promise.resolve();
  let pumping: Promise<void> = Promise.resolve();
  let seen: string | undefined;

  // Appends go one after another; a full disk makes them wait, and the job's own raw output waits at its executor.
  const append = (entries: NewLogEntry[]): Promise<unknown> => {
    writing = writing.then(async () => {
      const writer = await opening;
      await untilAnswered(clock, signal, () => writer.append(entries), unlessTaken('A log cannot be written.'));
    });
    writing = writing.catch(() => {});
    return writing;
  };
  const own = (text: string): void =>
    void append([{ at: clock.now(), stream: 'phase', text: `${mask.apply(text)}\n` }]);
  const phase = (name: string): void => {
    onPhase(name, clock.now());
    own(name);
  };

  // A phase that ended without a newline has the marker of the next one behind its last words.
  const toEntries = ({ stream, bytes, at = clock.now(), position }: SplitLine): NewLogEntry[] => {
    const text = Buffer.from(bytes).toString('utf8');
    const marker = `\u001erunyard:${key} `;
    const begins = text.indexOf(marker);
    if (begins < 0) return [{ at, stream, text: mask.apply(text), sourceCursor: position }];
    const name = text.slice(begins + marker.length).trim();
    onPhase(name, at);
    const before: NewLogEntry[] = begins === 0 ? [] : [{ at, stream, text: mask.apply(text.slice(0, begins)) }];
    return [...before, { at, stream: 'phase', text: `${name}\n`, sourceCursor: position }];
  };

  const write = async (lines: readonly SplitLine[]): Promise<void> => {
    const last = lines.at(-1);
    if (!last) return;
    await append(lines.flatMap(toEntries));
    seen = last.position;
  };

  const pump = async (executor: Executor, handle: Handle, follow: boolean): Promise<void> => {
    const from = parsePosition(seen ?? (await opening).resumeAfter);
    const splitter = lineSplitter(from);
    const chunks = executor.logs?.(handle, { ...(from.after !== undefined && { after: from.after }), follow, signal });
    if (!chunks) return;
    const iterator = chunks[Symbol.asyncIterator]();
    let next = iterator.next();
    for (;;) {
      // A line with a secret is never passed on in parts: neither would show what has to be masked.
      if (splitter.holding && !mask.busy && (await isQuiet(next))) await write(splitter.flush());
      const { done, value } = await next;
      if (done) break;
      next = iterator.next();
      next.catch(() => {});
      await write(splitter.push(value));
    }
    await write(splitter.flush());
  };

  const isQuiet = async (next: Promise<unknown>): Promise<boolean> => {
    const over = follow(signal);
    const quiet = clock.sleep(partialLineMs, over.signal).then(
      () => true,
      () => false,
    );
    const result = await Promise.race([
      quiet,
      next.then(
        () => false,
        () => false,
      ),
    ]);
    over.end();
    return result;
  };

  return {
    line: own,
    phase,
    mask: mask.add,
    copy(find, handle, { follow }) {
      pumping = untilAnswered(
        clock,
        signal,
        async () => pump(await find(), handle, follow),
        fault('The output of an attempt cannot be read.'),
      );
      pumping.catch(() => {});
    },
    async drained() {
      const over = follow(signal);
      await Promise.race([pumping.then(() => writing), clock.sleep(drainMs, over.signal).catch(() => {})]);
      over.end();
    },
    async seal() {
      await pumping;
      await writing;
      const writer = await opening;
      await untilAnswered(clock, signal, () => writer.seal(), unlessTaken('A log cannot be sealed.'));
    },
    close: () => closeWriter(opening, writing),
  };
};

const closeWriter = async (opening: Promise<LogWriter>, writing: Promise<unknown>): Promise<void> => {
  await writing;
  const writer = await opening.catch(() => null);
  await writer?.close();
};
