import type { RunyardEvents } from '../../ports/events.ts';
import { type EventName, runyardEventNames } from './event-names.ts';
import { missed, type RecordedEvent } from './missed.ts';

/** Anything typed that events can be heard from: a Runyard, or an emitter of your own. */
export interface EventSource<Events> {
  on<Name extends keyof Events>(name: Name, listener: (payload: Events[Name]) => void): unknown;
  off<Name extends keyof Events>(name: Name, listener: (payload: Events[Name]) => void): unknown;
}

export interface WaitOptions {
  signal?: AbortSignal;
  /** Real ms until the wait is given up with an account of what was seen. */
  timeoutMs?: number;
}

/**
 * Records every event of a Runyard from now on, in order, so that a test waits for what happened instead of sleeping.
 * `using recorder = new EventRecorder(runyard)` lets go of it at the end of the block.
 */
export class EventRecorder<Events extends object = RunyardEvents> {
  readonly #recorded: RecordedEvent[] = [];
  readonly #waits = new Set<Wait>();
  /** For each name, how much of the record `next` has given out. */
  readonly #given = new Map<keyof Events, number>();
  readonly #timeoutMs: number;
  readonly #release: () => void;

  constructor(source: EventSource<Events>, options: { names?: readonly EventName<Events>[]; timeoutMs?: number } = {}) {
    this.#timeoutMs = options.timeoutMs ?? 10_000;
    const names = options.names ?? (runyardEventNames as readonly string[] as readonly EventName<Events>[]);
    const listeners = names.map((name) => [name, (payload: unknown) => this.#record(name, payload)] as const);
    for (const [name, listener] of listeners) source.on(name, listener);
    this.#release = () => {
      for (const [name, listener] of listeners) source.off(name, listener);
    };
  }

  /** Everything recorded so far, in the order in which it came. */
  get recorded(): readonly RecordedEvent[] {
    return this.#recorded;
  }

  /** Payloads of this name so far. */
  all<Name extends EventName<Events>>(name: Name): Events[Name][] {
    return this.#recorded.filter((event) => event.name === name).map((event) => event.payload as Events[Name]);
  }

  /** The first such event ever: one in the record, or else the first to come. */
  waitFor<Name extends EventName<Events>>(
    name: Name,
    matches: (payload: Events[Name]) => boolean = () => true,
    options: WaitOptions = {},
  ): Promise<Events[Name]> {
    return this.#find({ name, matches: matches as Matches, from: () => 0, found: () => {} }, options) as Promise<
      Events[Name]
    >;
  }

  /** The first such event behind the one that `next` gave before for this name: none is given twice. */
  next<Name extends EventName<Events>>(
    name: Name,
    matches: (payload: Events[Name]) => boolean = () => true,
    options: WaitOptions = {},
  ): Promise<Events[Name]> {
    const from = (): number => this.#given.get(name) ?? 0;
    const found = (at: number): unknown => this.#given.set(name, at + 1);
    return this.#find({ name, matches: matches as Matches, from, found }, options) as Promise<Events[Name]>;
  }

  /** Stops recording. Waits that are still open reject. */
  dispose(): void {
    this.#release();
    for (const wait of [...this.#waits]) wait.giveUp('The recorder was disposed');
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #record(name: EventName<Events>, payload: unknown): void {
    this.#recorded.push({ name, payload });
    for (const wait of [...this.#waits]) wait.look();
  }

  // What was looked for may be in the record; otherwise each new event is looked at until it came, or time is up.
  #find(query: Query, { signal, timeoutMs = this.#timeoutMs }: WaitOptions): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        this.#waits.delete(wait);
      };
      let looked = 0;
      const look = (): void => {
        const at = this.#indexOf(query, looked);
        looked = this.#recorded.length;
        if (at === -1) return;
        end();
        query.found(at);
        resolve(this.#recorded[at]?.payload);
      };
      const giveUp = (why: string, cause?: unknown): void => {
        end();
        reject(missed({ why, name: query.name, recorded: this.#recorded, cause }));
      };
      const abort = (): void => giveUp('The wait was aborted', signal?.reason);
      const timer = setTimeout(() => giveUp(`Waited ${timeoutMs} ms`), timeoutMs);
      const wait: Wait = { look, giveUp };
      this.#waits.add(wait);
      signal?.addEventListener('abort', abort, { once: true });
      if (signal?.aborted === true) return abort();
      look();
    });
  }

  #indexOf({ name, matches, from }: Query, looked: number): number {
    for (let at = Math.max(looked, from()); at < this.#recorded.length; at++) {
      const event = this.#recorded[at];
      if (event?.name === name && matches(event.payload)) return at;
    }
    return -1;
  }
}

type Matches = (payload: unknown) => boolean;

interface Query {
  name: string;
  matches: Matches;
  /** Where in the record to begin. */
  from(): number;
  found(at: number): unknown;
}

interface Wait {
  look(): void;
  giveUp(why: string): void;
}
