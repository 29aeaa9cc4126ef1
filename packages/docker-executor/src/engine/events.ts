import type { Readable } from 'node:stream';
import type { Clock } from '@runyard/core';
import { unlessAborted } from '@runyard/core/executor-kit';
import { labels } from '../handle.ts';
import type { Engine } from './engine.ts';

/** One stream of the engine's events for everybody who waits; it is open only while somebody does. */
export interface Events {
  watch(id: string): Watch;
  close(): void;
}

export interface Watch extends Disposable {
  /** Resolves once events are heard. What happened before is not told: look after this. */
  ready(signal: AbortSignal): Promise<void>;
  /** Resolves at the next event of the container since the last call, when events were no more heard, or after `ms`. */
  changed(ms: number, signal: AbortSignal): Promise<void>;
}

export const createEvents = (engine: Engine, clock: Clock): Events => {
  const watches = new Set<Bell>();
  let stream: Promise<Readable> | null = null;
  let end = new AbortController();

  const hangUp = (): void => {
    end.abort(new Error('nobody waits for events'));
    end = new AbortController();
    stream = null;
  };
  // Who has started something waits for it a moment later.
  const hangUpLater = (): void => {
    clock.sleep(lingerMs, end.signal).then(
      () => watches.size === 0 && hangUp(),
      () => {},
    );
  };
  const listen = async (): Promise<Readable> => {
    const filters = JSON.stringify({ type: ['container'], label: [labels.version], event: wakers });
    const { signal } = end;
    const opened = await engine.open({ method: 'GET', path: '/events', query: { filters }, signal });
    readEvents(opened, (id) => {
      for (const bell of watches) if (bell.id === id) bell.ring();
    });
    opened.once('close', () => {
      if (end.signal === signal) stream = null;
      for (const bell of watches) bell.ring();
    });
    return opened;
  };
  const connected = (): Promise<Readable> => {
    if (stream) return stream;
    const opening = listen();
    stream = opening;
    opening.catch(() => {
      if (stream === opening) stream = null;
    });
    return opening;
  };

  return {
    watch(id) {
      const bell = createBell(id, clock);
      watches.add(bell);
      return {
        async ready(signal) {
          await unlessAborted(signal, connected());
        },
        changed: (ms, signal) => bell.wait(ms, signal),
        [Symbol.dispose]() {
          watches.delete(bell);
          if (watches.size === 0) hangUpLater();
        },
      };
    },
    close: hangUp,
  };
};

const lingerMs = 2_000;

const wakers = ['start', 'die', 'destroy'];

// One JSON object a line.
const readEvents = (stream: Readable, onEvent: (id: string) => void): void => {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const id = idOf(line);
      if (id !== null) onEvent(id);
    }
  });
};

const idOf = (line: string): string | null => {
  try {
    const event: unknown = JSON.parse(line);
    const actor = typeof event === 'object' && event !== null && 'Actor' in event ? event.Actor : null;
    return typeof actor === 'object' && actor !== null && 'ID' in actor ? String(actor.ID) : null;
  } catch {
    return null;
  }
};

interface Bell {
  id: string;
  ring(): void;
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

const createBell = (id: string, clock: Clock): Bell => {
  let pending = false;
  let wake: (() => void) | undefined;
  return {
    id,
    ring() {
      pending = true;
      wake?.();
    },
    async wait(ms, signal) {
      signal.throwIfAborted();
      const over = new AbortController();
      const abort = (): void => over.abort(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      try {
        const rung = new Promise<void>((resolve) => {
          wake = resolve;
        });
        const slept = clock.sleep(ms, over.signal);
        slept.catch(() => {});
        if (!pending) await Promise.race([rung, slept]);
        pending = false;
      } finally {
        wake = undefined;
        signal.removeEventListener('abort', abort);
        over.abort();
      }
    },
  };
};
