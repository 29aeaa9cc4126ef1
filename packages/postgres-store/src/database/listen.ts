import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PgClient, PgNotification } from './pool.ts';
import { plainQuery } from './queries.ts';

/** The one connection that hears what is sent on our channels. */
export interface Listener {
  /** `channel` is the whole name. */
  listen(channel: string, heard: Heard): () => void;
  close(): Promise<void>;
}

type Heard = (payload: string | null) => void;

/**
 * Takes a connection with the first who listens and gives it back with the last. When it breaks it is made again. Whoever
 * listens is told `null` as soon as the server sends to us, also the first time: what was sent before was not heard.
 */
export const startListener = (open: () => Promise<PgClient>): Listener => {
  const channels = new Map<string, Set<Heard>>();
  let closed = false;
  let life: Promise<void> | null = null;
  let wake = new AbortController();

  const over = (): boolean => closed || channels.size === 0;
  const wakeUp = (): void => {
    wake.abort();
    wake = new AbortController();
  };

  const live = async (): Promise<void> => {
    for (let pauseMs = shortestMs; !over(); pauseMs = Math.min(pauseMs * 2, longestMs)) {
      const client = await open().catch(() => null);
      if (client && (await attend(client))) pauseMs = shortestMs;
      if (!over()) await quiet(pauseMs, wake.signal);
    }
  };

  // Until the connection breaks or nobody listens; true where it worked at first.
  const attend = async (client: PgClient): Promise<boolean> => {
    const broken = new AbortController();
    const breaks = (): void => broken.abort();
    client.on('error', breaks);
    client.on('end', breaks);
    client.on('notification', hear);
    const known = new Set<string>();
    try {
      while (!over() && !broken.signal.aborted) {
        const next = [...channels.keys()].find((channel) => !known.has(channel));
        if (next === undefined) {
          await quiet(lifeSignMs, AbortSignal.any([broken.signal, wake.signal]));
          // A connection that only waits would never notice that the other end has gone.
          if (!over()) await ask(client, 'SELECT 1');
        } else {
          await ask(client, `LISTEN "${next}"`);
          known.add(next);
          tell(next, null);
        }
      }
    } catch {
      // It broke; the next one is made behind a pause.
    }
    client.removeListener('notification', hear);
    await closeFor(client);
    client.removeListener('end', breaks);
    return known.size > 0;
  };

  const ask = (client: PgClient, text: string) => client.query(plainQuery(text, answerMs));
  const hear = ({ channel, payload }: PgNotification): void => tell(channel, payload ?? '');
  const tell = (channel: string, payload: string | null): void => {
    for (const heard of channels.get(channel) ?? []) heard(payload);
  };

  const start = (): void => {
    life ??= live().finally(() => {
      life = null;
      if (!over()) start();
    });
  };

  return {
    listen(channel, heard) {
      const all = channels.get(channel) ?? new Set();
      channels.set(channel, all.add(heard));
      start();
      wakeUp();
      return () => {
        all.delete(heard);
        if (all.size > 0 || channels.get(channel) !== all) return;
        channels.delete(channel);
        wakeUp();
      };
    },
    async close() {
      closed = true;
      wakeUp();
      await life;
    },
  };
};

const shortestMs = 100;
const longestMs = 2_000;
const lifeSignMs = 30_000;
const answerMs = 10_000;
const farewellMs = 1_000;

// It is not given back to its pool as it is: another user would be sent our notifications.
const closeFor = async (client: PgClient): Promise<void> => {
  const patience = new AbortController();
  const ended = once(client as unknown as NodeJS.EventEmitter, 'end', { signal: patience.signal }).catch(
    () => undefined,
  );
  client.release(true);
  await Promise.race([ended, quiet(farewellMs, patience.signal)]);
  patience.abort();
};

// Waiting here must not keep the process from ending.
const quiet = (ms: number, signal: AbortSignal): Promise<unknown> =>
  sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
