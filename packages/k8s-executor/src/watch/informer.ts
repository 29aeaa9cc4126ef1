import { isRunyardError } from '@runyard/core';
import { backoffMs } from '../api/backoff.ts';
import { asPortFault, unavailable } from '../api/faults.ts';
import { listPages } from '../api/list-pages.ts';
import type { ObjectMeta } from '../api/objects.ts';
import { isRefusal } from '../api/refusal.ts';
import type { InformerOptions, Source } from './source.ts';
import { isNewer } from './version.ts';
import { type Watched, watchFrom } from './watch-from.ts';

/** Keeps who hears up to date: a list, then a watch from its version, which is renewed when it ends; a list again when anything is odd. Until aborted. */
export const inform = async <T extends { metadata: ObjectMeta }>(
  source: Source<T>,
  options: InformerOptions,
): Promise<void> => {
  const { clock, random, signal, onHearing } = options;
  let version: string | null = null;
  let last: string | null = null;
  for (let tries = 0; !signal.aborted; tries++) {
    if (tries > 0)
      await clock.sleep(backoffMs(tries - 1, { firstMs: 250, mostMs: 30_000, random }), signal).catch(() => {});
    try {
      if (version === null) version = await list(source, last, options);
      last = version;
      const watch: Watched = await watchFrom(version, source, options);
      if (watch.version !== null) last = watch.version;
      version = watch.resumable ? last : null;
      if (watch.fine) tries = -1;
      else if (tries >= mostBrief) onHearing({ state: 'down', fault: brief(source.path) });
    } catch (error) {
      if (signal.aborted) return;
      version = null;
      if (source.onMissingRight && isRefusal(error) && error.missingRight) {
        source.onMissingRight(error);
        onHearing({ state: 'without' });
        await clock.sleep(withoutMs, signal).catch(() => {});
      } else onHearing({ state: 'down', fault: faultOf(source.path, asPortFault(error, signal)) });
    }
  }
};

const withoutMs = 300_000;
const mostBrief = 3;

const brief = (path: string) =>
  unavailable(`The Kubernetes API server ends each watch of ${path} as soon as it is opened.`);

// An answer of a shape that no API server gives says nothing of an attempt.
const faultOf = (path: string, error: unknown): unknown =>
  isRunyardError(error)
    ? error
    : unavailable(`What the Kubernetes API server tells of ${path} cannot be read: ${error}`, error);

const list = async <T extends { metadata: ObjectMeta }>(
  source: Source<T>,
  last: string | null,
  { api, signal, onListed }: InformerOptions,
): Promise<string> => {
  const named = new Set<string>();
  const version = await listPages<T>({
    api,
    path: source.path,
    labelSelector: source.labelSelector,
    signal,
    onBegin(begun) {
      named.clear();
      // Nothing is read that is older than what was told before, unless the server was set back.
      if (last !== null && isNewer(last, begun)) source.rewind();
    },
    onItems(items) {
      for (const item of items) {
        named.add(item.metadata.uid);
        source.put(item);
      }
    },
  });
  source.settle(version, named);
  onListed();
  return version;
};
