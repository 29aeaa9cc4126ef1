import type { Clock, Logger } from '@runyard/core';
import { unlessAborted } from '@runyard/core/executor-kit';
import type { Api } from '../api/api.ts';
import type { EventObject, JobObject, PodObject } from '../api/objects.ts';
import { type Attempts, createAttempts } from './attempts.ts';
import { inform } from './informer.ts';
import type { Shelf } from './shelf.ts';
import type { Hearing, Source } from './source.ts';

export interface MirrorOptions {
  api: Api;
  namespace: string;
  clock: Clock;
  /** 0 ≤ x < 1. */
  random: () => number;
  logger: Logger;
}

/** From the first who follows until a while after the last. */
export interface Session {
  attempts: Attempts;
  ready(signal: AbortSignal): Promise<void>;
  end(reason: Error): void;
}

export interface SessionOptions {
  isFollowed(uid: string): boolean;
  onChange(uid: string): void;
  /** Asked now and then. */
  isOver(attempts: Attempts): boolean;
}

export const beginSession = (options: MirrorOptions, { isFollowed, onChange, isOver }: SessionOptions): Session => {
  const { api, namespace, clock, random, logger } = options;
  const over = new AbortController();
  const { signal } = over;
  const attempts = createAttempts(clock, { isFollowed, onChange });
  const hearings = new Map<string, Hearing>();
  let heard = Promise.withResolvers<void>();

  const start = async <T extends JobObject | PodObject | EventObject>(source: Source<T>): Promise<void> => {
    const listed = Promise.withResolvers<void>();
    const onHearing = (hearing: Hearing): void => {
      // Until it hears again, it counts as down.
      if (hearing.state === 'soon' && hearings.get(source.path)?.state === 'down') return;
      hearings.set(source.path, hearing);
      heard.resolve();
      heard = Promise.withResolvers();
    };
    hearings.set(source.path, { state: 'soon' });
    void inform(source, { api, clock, random, signal, onHearing, onListed: listed.resolve });
    return listed.promise;
  };

  const startAll = async (): Promise<void> => {
    const [jobs, pods, events] = sourcesOf(namespace, attempts, logger);
    hearings.set(events.path, { state: 'soon' });
    // Of events so many are kept that are about something known.
    await Promise.all([start(jobs), start(pods)]);
    await start(events);
  };

  const keepHouse = async (): Promise<void> => {
    while (!signal.aborted) {
      await clock.sleep(sweepMs, signal).catch(() => {});
      if (!signal.aborted && isOver(attempts)) end(new Error('nobody waits any more'));
    }
  };

  const end = (reason: Error): void => {
    over.abort(reason);
    heard.resolve();
  };

  void startAll();
  void keepHouse();

  return {
    attempts,
    async ready(wanted) {
      for (;;) {
        signal.throwIfAborted();
        wanted.throwIfAborted();
        const all = [...hearings.values()];
        const down = all.find((each) => each.state === 'down');
        if (down?.state === 'down') throw down.fault;
        if (all.every(({ state }) => state === 'hears' || state === 'without')) return;
        await unlessAborted(wanted, heard.promise);
      }
    },
    end,
  };
};

const sweepMs = 10_000;

const managed = 'app.kubernetes.io/managed-by=runyard';

const sourcesOf = (
  namespace: string,
  attempts: Attempts,
  logger: Logger,
): [Source<JobObject>, Source<PodObject>, Source<EventObject>] => {
  const inside = `namespaces/${encodeURIComponent(namespace)}`;
  let warned = false;
  return [
    { path: `/apis/batch/v1/${inside}/jobs`, labelSelector: managed, ...onto(attempts.jobs) },
    { path: `/api/v1/${inside}/pods`, labelSelector: managed, ...onto(attempts.pods) },
    {
      path: `/api/v1/${inside}/events`,
      put: attempts.putEvent,
      // They end after an hour by themselves, and stay true.
      remove: () => {},
      settle: () => {},
      rewind: () => {},
      onMissingRight(refusal) {
        if (!warned)
          logger.warn({ namespace }, `Runs tell less of what they wait for and why they failed. ${refusal.message}`);
        warned = true;
      },
    },
  ];
};

const onto = <T extends JobObject | PodObject>(shelf: Shelf<T>) => ({
  put: (object: T) => shelf.put(object),
  remove(object: T) {
    shelf.put(object);
    shelf.remove(object.metadata.uid, object.metadata.resourceVersion);
  },
  settle: (version: string, named: ReadonlySet<string>) => shelf.settle(version, named),
  rewind: () => shelf.rewind(),
});
