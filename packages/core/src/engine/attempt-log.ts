import { setImmediate } from 'node:timers/promises';
import { isRunyardError } from '../domain/errors.ts';
import type { Handle } from '../domain/run/run.ts';
import type { Executor } from '../ports/executor.ts';
import { follow } from '../ports/follow.ts';
import type { LogWriter, NewLogEntry } from '../ports/log-store.ts';
import type { EngineContext } from './context.ts';
import { reportFault } from './fault.ts';
import { gatherEntries } from './gather-entries.ts';
import { type LineSplitter, lineSplitter, parsePosition, type SplitLine } from './line-splitter.ts';
import type { Masker } from './masking/masker.ts';
import { untilAnswered } from './retry.ts';

/** The log of one attempt while this instance writes it. */
export interface AttemptLog {
  /** A line of ours. */
  line(text: string): void;
  /** A phase begins. */
  phase(name: string): void;
  /** Copies the executor's output from where the log stands; with `follow`, until the attempt has ended and all was read. */
  copy(find: () => Promise<Executor>, handle: Handle, options: { follow: boolean }): void;
  /** Waits until all output is in the log, but no longer than a few seconds. */
  drained(): Promise<void>;
  /** Whether there is nothing to seal: all output was read, there was none, and so no log was made. */
  isAbsent(): boolean;
  /** Waits until all output is in the log, then ends it durably. Throws where somebody else has taken it over and not sealed it yet. */
  seal(): Promise<void>;
  close(): Promise<void>;
}

export interface AttemptLogOwner {
  key: string;
  /** Of the lease that it is written under. */
  epoch: number;
  signal: AbortSignal;
  /** Masks what is never to be seen in it. */
  masker: Masker;
  /** There is no log of this attempt, and without a line none is made. */
  fresh: boolean;
  onPhase(name: string, at: number): void;
}

const drainMs = 5000;
/** A prompt or a progress bar has no newline; it is passed on after this. */
const partialLineMs = 250;

/** Opened behind: whoever launches an attempt does not wait for its log. One that is fresh is opened by its first line. */
export const openAttemptLog = (
  context: EngineContext,
  { key, epoch, signal, masker, fresh, onPhase }: AttemptLogOwner,
): AttemptLog => {
  const { clock, logStore, settings } = context;
  const fault = (sentence: string) => (error: unknown) =>
    reportFault(context, masker.error(error), `${sentence} (${key})`);
  // Whoever took it over reads the output from where it stands, and seals it.
  const unlessTaken = (sentence: string) => (error: unknown) => {
    fault(sentence)(error);
    if (isRunyardError(error) && error.code === 'closed') throw error;
  };
  let opening: Promise<LogWriter> | null = null;
  const opened = (): Promise<LogWriter> => {
    if (opening) return opening;
    opening = untilAnswered(
      clock,
      signal,
      () => logStore.writer(key, { capBytes: settings.logCapBytes, epoch }),
      fault('A log cannot be opened.'),
    );
    opening.catch(() => {}); // only the signal ends it, and whoever waits for it hears of that
    return opening;
  };
  if (!fresh) opened();
  let writing: Promise<unknown> = Promise.resolve();
  let pumping: Promise<void> = Promise.resolve();
  let pumped = true;
  let seen: string | undefined;

  // Appends go one after another; a full disk makes them wait, and the job's own raw output waits at its executor.
  const append = (entries: NewLogEntry[]): Promise<unknown> => {
    writing = writing.then(async () => {
      const writer = await opened();
      await untilAnswered(clock, signal, () => writer.append(entries), unlessTaken('A log cannot be written.'));
    });
    writing = writing.catch(() => {});
    return writing;
  };
  const own = (text: string): void =>
    void append([{ at: clock.now(), stream: 'phase', text: `${masker.apply(text)}\n` }]);
  const phase = (name: string): void => {
    onPhase(masker.apply(name), clock.now());
    own(name);
  };

  // A phase that ended without a newline has the marker of the next one behind its last words.
  const toEntries = ({ stream, bytes, at = clock.now(), position }: SplitLine): NewLogEntry[] => {
    const text = Buffer.from(bytes).toString('utf8');
    const marker = `\u001erunyard:${key} `;
    const begins = text.indexOf(marker);
    if (begins < 0) return [{ at, stream, text, sourceCursor: position }];
    // The job can write one too.
    const name = masker.apply(text.slice(begins + marker.length).trim());
    onPhase(name, at);
    const before: NewLogEntry[] = begins === 0 ? [] : [{ at, stream, text: text.slice(0, begins) }];
    return [...before, { at, stream: 'phase', text: `${name}\n`, sourceCursor: position }];
  };

  const pump = async (executor: Executor, handle: Handle, follow: boolean): Promise<void> => {
    const from = parsePosition(seen ?? (fresh ? undefined : (await opened()).resumeAfter));
    let splitter: LineSplitter | null = null;
    const chunks = executor.logs?.(handle, { ...(from.after !== undefined && { after: from.after }), follow, signal });
    if (!chunks) return;
    const masking = masker.stream();
    const masked = (lines: readonly SplitLine[]): NewLogEntry[] => {
      const entries = lines.flatMap(toEntries);
      return masker.isBusy() ? entries.flatMap(masking.push) : entries;
    };
    const gathered = gatherEntries(async (entries) => {
      await append(entries);
      seen = entries.findLast(({ sourceCursor }) => sourceCursor !== undefined)?.sourceCursor ?? seen;
    });
    const iterator = chunks[Symbol.asyncIterator]();
    let next = iterator.next();
    try {
      for (;;) {
        // Where there is something to mask, a line is not passed on in parts, unless it is a very long one.
        const isWaiting = masking.holding || (splitter?.holding && !masker.isBusy());
        if (isWaiting && (await isQuiet(next)))
          await gathered.add([
            ...masking.letGo(),
            ...((!masker.isBusy() && splitter?.flush().flatMap(toEntries)) || []),
          ]);
        const { done, value } = await next;
        if (done) break;
        next = iterator.next();
        next.catch(() => {});
        splitter ??= lineSplitter(from);
        await gathered.add(masked(splitter.push(value)));
      }
      await gathered.add([...masked(splitter?.flush() ?? []), ...masking.letGo()]);
    } finally {
      // Whoever reads it again goes on behind what is written.
      await gathered.written();
    }
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
    copy(find, handle, { follow }) {
      pumped = false;
      pumping = untilAnswered(
        clock,
        signal,
        async () => {
          await pump(await find(), handle, follow);
          pumped = true;
        },
        fault('The output of an attempt cannot be read.'),
      );
      pumping.catch(() => {});
    },
    async drained() {
      if (!pumped) await setImmediate(); // nearly all there is has been read by then
      if (pumped) return void (await writing);
      const over = follow(signal);
      await Promise.race([pumping.then(() => writing), clock.sleep(drainMs, over.signal).catch(() => {})]);
      over.end();
    },
    isAbsent: () => pumped && opening === null,
    async seal() {
      await pumping;
      await writing;
      const writer = await opened();
      await untilAnswered(clock, signal, () => writer.seal(), unlessTaken('A log cannot be sealed.'));
    },
    close: async () => void (opening && (await closeWriter(opening, writing))),
  };
};

const closeWriter = async (opening: Promise<LogWriter>, writing: Promise<unknown>): Promise<void> => {
  await writing;
  const writer = await opening.catch(() => null);
  await writer?.close();
};
