import type { Clock } from '@runyard/core';
import { unlessAborted } from '@runyard/core/executor-kit';
import type { Api } from './api/api.ts';
import { unavailable } from './api/faults.ts';
import type { ObjectMeta } from './api/objects.ts';
import { isRefusal } from './api/refusal.ts';
import { paths } from './paths.ts';

/** Which namespace answers: by its uid, since another cluster, or a namespace made anew, may have the same name. */
export interface Place {
  /** Asks the API server. */
  ask(signal: AbortSignal): Promise<string>;
  /** As it was told last; asks where it was never told. */
  known(signal: AbortSignal): Promise<string>;
  /** As it was told so lately that no other can have come in between; else asks, once for all who want to know at the same time. */
  recent(signal: AbortSignal): Promise<string>;
  /** Throws `ExecutorUnavailable` unless the namespace that answers now is this one. A list in a namespace that is gone is an empty one. */
  verify(place: string, signal: AbortSignal): Promise<void>;
}

export const createPlace = (api: Api, { namespace, clock }: { namespace: string; clock: Clock }): Place => {
  let last: string | undefined;
  let freshFrom = Number.NEGATIVE_INFINITY;
  let shared: Promise<string> | null = null;
  // Nobody's own, since others may want its answer.
  const lasting = new AbortController();
  const ask = async (signal: AbortSignal): Promise<string> => {
    const began = clock.monotonic();
    const { uid, deletionTimestamp } = await readNamespace(api, namespace, signal);
    last = uid;
    freshFrom = deletionTimestamp === undefined ? began : Number.NEGATIVE_INFINITY;
    return uid;
  };
  const askForAll = (): Promise<string> => {
    shared ??= ask(lasting.signal).finally(() => {
      shared = null;
    });
    return shared;
  };
  return {
    ask,
    known: async (signal) => last ?? (await ask(signal)),
    recent: async (signal) =>
      last !== undefined && clock.monotonic() - freshFrom < freshMs ? last : unlessAborted(signal, askForAll()),
    async verify(place, signal) {
      const uid = await ask(signal);
      if (uid === place) return;
      throw unavailable(
        `The attempt lives in a namespace with the uid ${place}, and the namespace '${namespace}' that answers has ${uid}: it was made anew, or this is another cluster.`,
      );
    },
  };
};

// A namespace that is not being deleted takes longer than that to be gone, even an empty one.
const freshMs = 2000;

const readNamespace = async (api: Api, namespace: string, signal: AbortSignal): Promise<ObjectMeta> => {
  try {
    const { metadata } = await api.ask<{ metadata: ObjectMeta }>({
      method: 'GET',
      path: paths(namespace).namespace,
      signal,
    });
    return metadata;
  } catch (error) {
    if (!isRefusal(error, 404)) throw error;
    throw unavailable(
      `The cluster has no namespace '${namespace}' (the option \`namespace\` of k8sExecutor, or the kubeconfig's context): create it, or name another.`,
      error,
    );
  }
};
