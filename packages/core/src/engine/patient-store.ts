import { setImmediate } from 'node:timers/promises';
import { RunyardError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { Pressure } from './pressure.ts';

/** How much is asked of the store now. */
export interface StoreLoad {
  /** Commits that were sent and are not answered yet, also those that are waited for no longer. */
  inFlight: number;
  /** Commits that wait until fewer are in flight. */
  waiting: number;
  /** For how long it has answered nothing, although it was asked, ms. */
  silentMs: number;
}

export interface PatientStore {
  store: Store;
  load(): StoreLoad;
}

export interface Patience {
  clock: Clock;
  pressure: Pressure;
  /** A call that is not answered by then is given up; what it was for may still happen. */
  timeoutMs: number;
  /** An answer that takes longer is slow. */
  slowMs: number;
  /** A commit that was given up has been written after all. */
  onLate(): void;
}

/** So many commits are in flight at once; the others wait for their turn. */
export const mostInFlight = 5_000;
/** Without anything slow for so long the pressure is over. */
const calmMs = 5_000;
const longestSleepMs = 30_000;
/** Lists read as much as people ask for. */
const listFactor = 6;

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
  let commits = 0;
  let silentLooks = 0;
  let watching = false;
  const calm = { 'store-slow': 0, 'store-queue-full': 0 };

  const fly = <T>(call: () => Promise<T>, kind: 'commit' | 'read' | 'list'): Promise<T> =>
    new Promise((resolve, reject) => {
      const isCommit = kind === 'commit';
      const flight: Flight = { looks: 0, isList: kind === 'list', isGivenUp: false, reject };
      flying.add(flight);
      if (isCommit) commits++;
      const land = (): void => {
        flying.delete(flight);
        silentLooks = 0;
        if (!isCommit) return;
        commits--;
        sendNext();
      };
      call().then(
        (answer) => {
          land();
          if (flight.isGivenUp && isCommit) onLate();
          resolve(answer);
        },
        (error: unknown) => {
          land();
          reject(error);
        },
      );
      watch();
    });

  const commit: Store['commit'] = (batches) => {
    if (commits < mostInFlight && waiting.length === 0) return fly(() => store.commit(batches), 'commit');
    return new Promise((resolve, reject) => {
      waiting.push({ send: () => fly(() => store.commit(batches), 'commit').then(resolve, reject), reject });
      watch();
    });
  };

  const sendNext = (): void => {
    if (commits < mostInFlight) waiting.shift()?.send();
  };

  // What is answered at once is never looked at.
  const watch = (): void => {
    if (watching) return;
    watching = true;
    void watchFlights().finally(() => {
      watching = false;
    });
  };

  const watchFlights = async (): Promise<void> => {
    await setImmediate();
    while (!closing.signal.aborted && (flying.size > 0 || waiting.length > 0 || silentLooks > 0 || isUnderPressure())) {
      await clock.sleep(lookMs, closing.signal).catch(() => {});
      if (!closing.signal.aborted) look();
    }
  };

  const look = (): void => {
    let slowest = 0;
    for (const flight of flying) {
      flight.looks++;
      // A list may take long, and says nothing about the others.
      if (!flight.isList) slowest = Math.max(slowest, flight.looks);
      const limit = (flight.isList ? listFactor * timeoutMs : timeoutMs) / lookMs;
      if (flight.looks < limit) continue;
      flying.delete(flight);
      flight.isGivenUp = true;
      flight.reject(noAnswer(Math.round(limit * lookMs)));
    }
    if (slowest > 0) silentLooks++;
    // Nobody asks a store that is known to be silent, so we do: else nobody would hear that it answers again.
    else if (silentLooks > 0) fly(() => store.nextWakeAt(clock.now()), 'read').catch(() => {});
    if (silentLooks * lookMs >= timeoutMs) {
      const given = waiting;
      waiting = [];
      for (const { reject } of given) reject(notSent(timeoutMs));
    }
    const figures = { inFlight: commits, waiting: waiting.length, slowestMs: Math.round(slowest * lookMs) };
    note('store-slow', slowest * lookMs > slowMs, figures);
    note('store-queue-full', waiting.length > 0, figures);
  };

  const note = (reason: keyof typeof calm, isSo: boolean, figures: Record<string, number>): void => {
    calm[reason] = isSo ? 0 : calm[reason] + lookMs;
    if (isSo) pressure.enter(reason, sentences[reason](figures), figures);
    else if (calm[reason] >= calmMs) pressure.leave(reason, figures);
  };

  const isUnderPressure = (): boolean => pressure.has('store-slow') || pressure.has('store-queue-full');

  return {
    store: {
      ...reading(store, (name, call) => fly(call, lists.has(name) ? 'list' : 'read')),
      kind: store.kind,
      open: () => store.open(),
      commit,
      ...(store.watch && { watch: (heard) => store.watch?.(heard) }),
      // Its followers wait for as long as it takes.
      ...(store.logs && { logs: () => store.logs!() }),
      async close() {
        closing.abort(new RunyardError('closed', 'This Runyard was closed.'));
        await store.close();
      },
    },
    load: () => ({ inFlight: commits, waiting: waiting.length, silentMs: Math.round(silentLooks * lookMs) }),
  };
};

interface Flight {
  /** How often we have looked and it was not answered. */
  looks: number;
  isList: boolean;
  isGivenUp: boolean;
  reject(error: RunyardError): void;
}

interface Waiting {
  send(): void;
  reject(error: RunyardError): void;
}

type ReadName = Exclude<keyof Store, 'kind' | 'open' | 'commit' | 'close' | 'watch' | 'logs'>;

// A record, so that the compiler asks for each read that is added to the port.
const readNames: Record<ReadName, true> = {
  job: true,
  jobAt: true,
  jobByName: true,
  jobs: true,
  cursor: true,
  run: true,
  runs: true,
  attempts: true,
  occurrences: true,
  activity: true,
  due: true,
  nextWakeAt: true,
  ahead: true,
  startable: true,
  taken: true,
  overdue: true,
  active: true,
  stopRequests: true,
  adoptable: true,
  leasedTo: true,
  unfinished: true,
  attemptStates: true,
  retained: true,
  remains: true,
  time: true,
};

const lists: ReadonlySet<ReadName> = new Set(['jobs', 'runs', 'occurrences', 'ahead', 'retained', 'remains']);

const reading = (
  store: Store,
  asked: (name: ReadName, call: () => Promise<unknown>) => Promise<unknown>,
): Pick<Store, ReadName> =>
  Object.fromEntries(
    (Object.keys(readNames) as ReadName[]).flatMap((name) => {
      if (!store[name]) return [];
      const read = (...given: unknown[]) =>
        asked(name, () => (store[name] as (...given: unknown[]) => Promise<unknown>)(...given));
      return [[name, read]];
    }),
  ) as unknown as Pick<Store, ReadName>;

const sentences = {
  'store-slow': ({ slowestMs }: Record<string, number>) =>
    `The store takes ${slowestMs} ms and more to answer; the engine waits for it, and what can wait rests. Look at its disk, its server, and what else uses them.`,
  'store-queue-full': ({ waiting }: Record<string, number>) =>
    `${waiting} commits wait until the store has answered others; starts take longer. Fewer at once, or a faster store, would help.`,
};

const noAnswer = (ms: number): RunyardError =>
  new RunyardError(
    'store-unavailable',
    `The store has not answered within ${ms / 1000} s. What was asked may still happen: look before it is asked again.`,
  );

const notSent = (ms: number): RunyardError =>
  new RunyardError(
    'store-unavailable',
    `The store has answered nothing for ${ms / 1000} s, so this was not sent to it. Try again later.`,
  );
