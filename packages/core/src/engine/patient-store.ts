import { setImmediate } from 'node:timers/promises';
import type { RunyardError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { Pressure } from './pressure.ts';
import { lists, readsThrough } from './store-reads.ts';
import { closed, noAnswer, notClosed, notSent, sentences } from './store-words.ts';

/** How much is asked of the store now. */
export interface StoreLoad {
  /** Commits that were sent and are not answered yet, also those that are waited for no longer. */
  inFlight: number;
  /** Commits that wait until fewer are in flight. */
  waiting: number;
  /** For how long it has answered no read, or no commit, although it was asked, ms: the longer of the two. */
  silentMs: number;
}

export interface PatientStore {
  store: Store;
  load(): StoreLoad;
  /** Whether a commit was given up or rejected not long ago: one whose guard does not hold may have met its own result. */
  isUnsure(): boolean;
}

export interface Patience {
  clock: Clock;
  pressure: Pressure;
  /** A call that is not answered by then is given up; what it was for may still happen. */
  timeoutMs: number;
  /** An answer that takes longer is slow. */
  slowMs: number;
  /** A commit that was given up or rejected may have been written by now. */
  onLate(): void;
}

/** So many commits are in flight at once; the others wait for their turn. */
export const mostInFlight = 5_000;
/** Without anything slow for so long the pressure is over. */
const calmMs = 5_000;
const longestSleepMs = 30_000;
/** Lists read as much as people ask for. */
const listFactor = 6;
/** A commit that nobody has an answer to is taken to be over, one way or the other, after so many times what a call may take. */
const unsureFactor = 4;

/**
 * The store with our patience around it: a call that hangs holds up nobody for ever, a bounded number of commits is in flight, and
 * it is noticed and said when answers take long. Time is counted in looks of our own, so that a process that stood still does not
 * take that for the store's silence.
 */
export const patientStore = (store: Store, patience: Patience): PatientStore => {
  const { clock, pressure, timeoutMs, slowMs, onLate } = patience;
  const lookMs = Math.max(1, Math.min(slowMs / 4, timeoutMs / 4, longestSleepMs));
  const flying = new Set<Flight>();
  let waiting: Waiting[] = [];
  const closing = new AbortController();
  let isClosing = false;
  let commits = 0;
  let unsureLooks = 0;
  // Apart, since a writer may hang while readers answer.
  const silentLooks = { writes: 0, reads: 0 };
  let watching = false;
  const calm = { 'store-slow': 0, 'store-queue-full': 0 };

  const fly = <T>(call: () => Promise<T>, kind: Kind): Promise<T> =>
    new Promise((resolve, reject) => {
      const isCommit = kind === 'commit';
      const flight: Flight = { looks: 0, kind, isGivenUp: false, reject };
      flying.add(flight);
      if (isCommit) commits++;
      const land = (isAnswered: boolean): void => {
        flying.delete(flight);
        silentLooks[sideOf(kind)] = 0;
        if (!isCommit) return;
        commits--;
        if (flight.isGivenUp || !isAnswered) beUnsure();
        if (flight.isGivenUp) mayBeWritten();
        sendNext();
      };
      asked(call).then(
        (answer) => {
          land(true);
          resolve(answer);
        },
        (error: unknown) => {
          land(false);
          reject(error);
        },
      );
      watch();
    });

  const commit: Store['commit'] = (batches) => {
    if (commits < mostInFlight && waiting.length === 0) return fly(() => store.commit(batches), 'commit');
    return new Promise((resolve, reject) => {
      const send = (): unknown => fly(() => store.commit(batches), 'commit').then(resolve, reject);
      waiting.push({ looks: 0, send, reject });
      watch();
    });
  };

  const sendNext = (): void => {
    if (commits < mostInFlight) waiting.shift()?.send();
  };

  const beUnsure = (): void => {
    unsureLooks = Math.ceil((unsureFactor * timeoutMs) / lookMs);
    watch();
  };

  const mayBeWritten = (): void => {
    if (!isClosing) onLate();
  };

  // What is answered at once is never looked at.
  const watch = (): void => {
    if (watching) return;
    watching = true;
    void watchFlights();
  };

  const watchFlights = async (): Promise<void> => {
    await setImmediate();
    while (!closing.signal.aborted && hasToLook()) {
      await clock.sleep(lookMs, closing.signal).catch(() => {});
      if (!closing.signal.aborted) look();
    }
    watching = false;
  };

  const hasToLook = (): boolean =>
    flying.size > 0 ||
    waiting.length > 0 ||
    sides.some((side) => silentLooks[side] > 0) ||
    unsureLooks > 0 ||
    pressure.isOfStore();

  const look = (): void => {
    const slowest = lookAtFlights();
    lookAtWaiting();
    listen('reads', slowest.reads);
    listen('writes', Math.max(slowest.writes, waiting[0]?.looks ?? 0));
    // By now it was written or never is; whoever was not told of it looks once more.
    if (unsureLooks > 0 && --unsureLooks === 0) mayBeWritten();
    const slowestMs = Math.round(Math.max(slowest.reads, slowest.writes) * lookMs);
    const figures = { inFlight: commits, waiting: waiting.length, slowestMs };
    note('store-slow', slowestMs > slowMs, figures);
    note('store-queue-full', waiting.length > 0, figures);
  };

  const lookAtFlights = (): Record<Side, number> => {
    const slowest = { writes: 0, reads: 0 };
    for (const flight of flying) {
      const { kind } = flight;
      flight.looks++;
      const side = sideOf(kind);
      // A list may take long, and says nothing about the others.
      if (kind !== 'list' && kind !== 'close') slowest[side] = Math.max(slowest[side], flight.looks);
      const limitMs = kind === 'list' ? listFactor * timeoutMs : timeoutMs;
      if (flight.looks < limitMs / lookMs) continue;
      flying.delete(flight);
      flight.isGivenUp = true;
      if (kind === 'commit') beUnsure();
      flight.reject(kind === 'close' ? notClosed(limitMs) : noAnswer(limitMs));
    }
    return slowest;
  };

  const lookAtWaiting = (): void => {
    if (waiting.length === 0) return;
    for (const one of waiting) one.looks++;
    // They came one after another, so the first has waited the longest.
    const inTime = waiting.findIndex(({ looks }) => looks < timeoutMs / lookMs);
    const late = waiting.splice(0, inTime === -1 ? waiting.length : inTime);
    for (const { reject } of late) reject(notSent(timeoutMs));
  };

  const listen = (side: Side, longest: number): void => {
    if (longest > 0) silentLooks[side]++;
    if (silentLooks[side] === 0 || isClosing) return;
    // Nobody asks a store that is known to be silent, so we do: else nobody would hear that it answers again. And what hangs may be
    // one call only, with nothing else asked meanwhile.
    const isLong = longest === 0 || silentLooks[side] * lookMs > slowMs;
    if (isLong && ![...flying].some(({ kind }) => kind === probeOf[side])) probe(side);
  };

  const probe = (side: Side): void => {
    const call = side === 'reads' ? () => store.nextWakeAt(clock.now()) : () => store.commit([[nothing]]);
    fly<unknown>(call, probeOf[side]).catch(() => {});
  };

  const note = (reason: keyof typeof calm, isSo: boolean, figures: Record<string, number>): void => {
    calm[reason] = isSo ? 0 : calm[reason] + lookMs;
    if (isSo) pressure.enter(reason, sentences[reason](figures), figures);
    else if (calm[reason] >= calmMs) pressure.leave(reason, figures);
  };

  const close = async (): Promise<void> => {
    isClosing = true;
    try {
      await fly(() => store.close(), 'close');
    } finally {
      closing.abort(closed());
      for (const { reject } of [...flying, ...waiting]) reject(closed());
      flying.clear();
      waiting = [];
    }
  };

  return {
    store: {
      ...readsThrough(store, (name, call) => fly(call, lists.has(name) ? 'list' : 'read')),
      kind: store.kind,
      open: () => store.open(),
      commit,
      ...(store.watch && { watch: (heard) => store.watch?.(heard) }),
      ...(store.hurry && { hurry: () => store.hurry?.() }),
      // Its followers wait for as long as it takes.
      ...(store.logs && { logs: () => store.logs!() }),
      close,
    },
    load: () => ({
      inFlight: commits,
      waiting: waiting.length,
      silentMs: Math.round(Math.max(silentLooks.writes, silentLooks.reads) * lookMs),
    }),
    isUnsure: () => unsureLooks > 0,
  };
};

type Side = 'writes' | 'reads';
type Kind = 'commit' | 'read' | 'list' | 'close' | 'write-probe' | 'read-probe';

interface Flight {
  /** How often we have looked and it was not answered. */
  looks: number;
  kind: Kind;
  isGivenUp: boolean;
  reject(error: RunyardError): void;
}

interface Waiting {
  looks: number;
  send(): void;
  reject(error: RunyardError): void;
}

const sides: readonly Side[] = ['writes', 'reads'];
const probeOf = { writes: 'write-probe', reads: 'read-probe' } as const;
const sideOf = (kind: Kind): Side => (kind === 'commit' || kind === 'write-probe' ? 'writes' : 'reads');

/** A commit that changes nothing: no lease was over by then. */
const nothing = { kind: 'instance.forget', before: 0 } as const;

// One that throws rather than rejects is an answer too.
const asked = <T>(call: () => Promise<T>): Promise<T> => {
  try {
    return call();
  } catch (error) {
    return Promise.reject(error);
  }
};
