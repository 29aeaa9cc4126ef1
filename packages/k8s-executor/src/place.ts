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
  /** As it is told now, after whatever the caller has just done there. Those who want to know at the same time share one call. */
  anew(signal: AbortSignal): Promise<string>;
  /** Throws `ExecutorUnavailable` unless the namespace that answers now is this one. A list in a namespace that is gone is an empty one. */
  verify(place: string, signal: AbortSignal): Promise<void>;
}

export const createPlace = (api: Api, namespace: string): Place => {
  let last: string | undefined;
  let asking: Promise<unknown> = Promise.resolve();
  let next: Promise<string> | null = null;
  const ask = async (signal: AbortSignal): Promise<string> => {
    const { uid } = await readNamespace(api, namespace, signal);
    last = uid;
    return uid;
  };
  // Nobody's own, since others may want its answer.
  const lasting = new AbortController();
  const askNext = async (): Promise<string> => {
    await asking.catch(() => {});
    next = null;
    const answer = ask(lasting.signal);
    asking = answer;
    return answer;
  };
  return {
    ask,
    known: async (signal) => last ?? (await ask(signal)),
    anew(signal) {
      next ??= askNext();
      return unlessAborted(signal, next);
    },
    async verify(place, signal) {
      const uid = await ask(signal);
      if (uid === place) return;
      throw unavailable(
        `The attempt lives in a namespace with the uid ${place}, and the namespace '${namespace}' that answers has ${uid}: it was made anew, or this is another cluster.`,
      );
    },
  };
};

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
