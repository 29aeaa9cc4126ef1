import { isRunyardError } from '@runyard/core';
import type { ApiStream } from '../api/api.ts';
import type { ObjectMeta } from '../api/objects.ts';
import { isRefusal } from '../api/refusal.ts';
import { type Frame, readFrames } from './frames.ts';
import { limited } from './limited.ts';
import type { InformerOptions, Source } from './source.ts';

export interface Watched {
  /** The last version that was told; null: none. */
  version: string | null;
  /** Whether another watch may go on from the last version; else a list is needed. */
  resumable: boolean;
  /** It was a watch as it should be, and another may follow at once. */
  fine: boolean;
}

/** One watch, until it ends, breaks, or says something odd. Throws where it cannot be opened. */
export const watchFrom = async <T extends { metadata: ObjectMeta }>(
  version: string,
  source: Source<T>,
  { api, clock, random, signal, onHearing }: WatchOptions,
): Promise<Watched> => {
  const timeoutSeconds = Math.floor(shortestS * (1 + random()));
  const { path, labelSelector } = source;
  const query = { watch: true, allowWatchBookmarks: true, resourceVersion: version, timeoutSeconds, labelSelector };
  // One that outlives its end by so much is a connection that nobody serves any more.
  using life = limited(signal, (timeoutSeconds + slackS) * 1000, clock);
  using stream = await open(() => api.open({ method: 'GET', path, query, signal: life.signal }));
  if (stream === null) return { version: null, resumable: false, fine: false };
  const began = clock.monotonic();
  onHearing({ state: 'hears' });
  let last: string | null = null;
  const end = (resumable: boolean, fine: boolean): Watched => {
    onHearing({ state: 'soon' });
    return { version: last, resumable, fine: fine || last !== null };
  };
  try {
    for await (const frames of readFrames(stream)) {
      for (const frame of frames) {
        const told = tell(frame, source);
        // However much it told before: what ends so at once would be begun anew without a pause.
        if (told === null) return { ...end(false, false), fine: false };
        last = told;
      }
    }
    const livedS = (clock.monotonic() - began) / 1000;
    // There is a bookmark a minute. All of a watch without a word: the version may be one that the server has never reached.
    return end(last !== null || livedS < timeoutSeconds * 0.9, livedS >= 1);
  } catch (error) {
    signal.throwIfAborted();
    return end(life.signal.aborted || isRunyardError(error), false);
  }
};

type WatchOptions = Pick<InformerOptions, 'api' | 'clock' | 'random' | 'signal' | 'onHearing'>;

// Between so many and twice as many, so that those of many hosts do not end together.
const shortestS = 300;
const slackS = 30;

// null: the version is too old.
const open = async (ask: () => Promise<ApiStream>): Promise<ApiStream | null> => {
  try {
    return await ask();
  } catch (error) {
    if (isRefusal(error, 410)) return null;
    throw error;
  }
};

// Gives the version; null where it is an error, or nothing that is known.
const tell = <T extends { metadata: ObjectMeta }>({ type, object }: Frame, source: Source<T>): string | null => {
  if (!isObject<T>(object)) return null;
  if (type === 'ADDED' || type === 'MODIFIED') source.put(object);
  else if (type === 'DELETED') source.remove(object);
  // Of a bookmark nothing but the version means anything.
  else if (type !== 'BOOKMARK') return null;
  return object.metadata.resourceVersion;
};

const isObject = <T extends { metadata: ObjectMeta }>(object: unknown): object is T =>
  typeof object === 'object' &&
  object !== null &&
  'metadata' in object &&
  typeof (object.metadata as Partial<ObjectMeta> | null)?.resourceVersion === 'string';
