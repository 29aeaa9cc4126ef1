import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterObjects } from '../../cluster.ts';

/** Rejects with the signal's reason. */
export const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  await sleep(ms, undefined, { signal }).catch(() => {});
  signal.throwIfAborted();
};

/** Until a Secret or a ConfigMap of the namespace changes, but no longer than that: then what was missing may be there. */
export const untilMended = async (
  objects: ClusterObjects,
  { namespace, atMostMs, signal }: { namespace: string | undefined; atMostMs: number; signal: AbortSignal },
): Promise<void> => {
  signal.throwIfAborted();
  const mended = new AbortController();
  const unsubscribe = objects.on(({ resource, object }) => {
    if ((resource === 'secrets' || resource === 'configmaps') && object.metadata.namespace === namespace)
      mended.abort();
  });
  try {
    await pause(atMostMs, AbortSignal.any([signal, mended.signal])).catch(() => {});
  } finally {
    unsubscribe();
  }
  signal.throwIfAborted();
};
