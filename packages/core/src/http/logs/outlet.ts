import type { Write } from '../plain-answer.ts';

/** Between what produces texts and the client that takes them. */
export interface Outlet {
  write: Write;
  /** Behind all that was written. */
  end(): void;
  /** As above: what was written before is still sent. */
  fail(error: unknown): void;
  /** Nobody takes any more: what is written from now on is thrown away. */
  cancel(): void;
  /** Resolves when something is there to be sent, or all is over; rejects with what failed before anything was written. */
  readonly first: Promise<void>;
  /** Sends to `out`; resolves behind the last text. Rejects with what it failed by. */
  pipe(out: Write): Promise<void>;
}

const mostLength = 64 * 1024;

/** Joins what is written without waiting, so that a long log is few chunks and a followed one loses no time. */
export const newOutlet = (): Outlet => {
  const first = Promise.withResolvers<void>();
  const whole = Promise.withResolvers<void>();
  // Whoever does not pipe has been told by `first`, or has gone.
  for (const { promise } of [first, whole]) promise.catch(() => undefined);
  let out: Write | null = null;
  let waiting = '';
  let isDue = false;
  let isTaking = false;
  let isOver = false;
  let ended: { error?: unknown } | null = null;
  let room: PromiseWithResolvers<void> | null = null;

  const flush = (): void => {
    isDue = false;
    if (waiting !== '') first.resolve();
    if (out === null || isTaking || isOver) return;
    if (waiting !== '') {
      const text = waiting;
      waiting = '';
      try {
        const taking = out(text);
        if (taking) {
          isTaking = true;
          taking.then(taken, breakOff);
          return;
        }
      } catch (error) {
        // Nobody else would hear of it in a turn of its own.
        breakOff(error);
        return;
      }
      giveRoom();
    }
    if (ended) settle();
  };
  const taken = (): void => {
    isTaking = false;
    giveRoom();
    flush();
  };
  const giveRoom = (): void => {
    room?.resolve();
    room = null;
  };
  const settle = (): void => {
    if (ended && 'error' in ended) breakOff(ended.error);
    else cancel();
  };
  const breakOff = (error: unknown): void => {
    whole.reject(error);
    cancel();
  };
  const cancel = (): void => {
    isOver = true;
    waiting = '';
    first.resolve();
    whole.resolve();
    giveRoom();
  };
  const endWith = (how: { error?: unknown }): void => {
    ended = how;
    if ('error' in how && waiting === '') first.reject(how.error);
    first.resolve();
    flush();
  };

  return {
    write(text) {
      if (isOver) return;
      waiting += text;
      if (!isDue) {
        isDue = true;
        soon(flush);
      }
      if (waiting.length >= mostLength) flush();
      if (!isTaking && waiting.length < mostLength) return;
      room ??= Promise.withResolvers();
      return room.promise;
    },
    end: () => endWith({}),
    fail: (error) => endWith({ error }),
    cancel,
    first: first.promise,
    pipe(to) {
      out = to;
      flush();
      return whole.promise;
    },
  };
};

let due: (() => void)[] = [];

// One turn for all: a line that a thousand follow is written to each of them.
const soon = (flush: () => void): void => {
  if (due.push(flush) === 1) setImmediate(flushAll);
};

const flushAll = (): void => {
  const all = due;
  due = [];
  for (const flush of all) flush();
};
