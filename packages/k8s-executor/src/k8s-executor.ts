import { type Executor, type Handle, type Host, isRunyardError } from '@runyard/core';
import { connect } from './api/connect.ts';
import { asPortFault, unavailable } from './api/faults.ts';
import { createEventReader, freshView } from './fresh.ts';
import type { Ground } from './ground.ts';
import { type K8sHandle, readHandle } from './handle.ts';
import { listAttempts } from './list.ts';
import { createFollows } from './logs/follows.ts';
import { readLog } from './logs/read-log.ts';
import { type K8sExecutorOptions, parseOptions } from './options.ts';
import { lookAt } from './outcome/look-at.ts';
import { inspectionOf } from './outcome/state-of.ts';
import { createPlace } from './place.ts';
import { prepareAttempt } from './prepare/prepare.ts';
import { createPrepared } from './prepare/prepared.ts';
import { removeAttempt } from './remove.ts';
import type { K8sSpec } from './spec/k8s-spec.ts';
import { parseSpec } from './spec/parse-spec.ts';
import { startAttempt } from './start.ts';
import { stopAttempt } from './stop.ts';
import { waitFor } from './wait.ts';
import { createMirror } from './watch/create-mirror.ts';

/**
 * Runs jobs on Kubernetes (1.31 or later), each attempt as a Job of one pod, or of as many as `scale` says. They outlive the host: the Job is all that is
 * needed, and whoever asks the same namespace next goes on waiting for it. A Role in that one namespace suffices (`manifests/rbac.yaml`).
 *
 * The Job is made suspended, and started by taking that off. What is the job's own (script, variables, secrets) lies in a Secret that ends with it;
 * sources are cloned by an init container. One watch each of Jobs, pods and events serves all attempts, however many there are. When an attempt runs for too
 * long, or not at all, and how often it is tried, is decided by Runyard alone, and so means the same as anywhere else.
 */
export const k8sExecutor = (options: K8sExecutorOptions = {}): ((host: Host) => Executor<K8sSpec>) => {
  const settings = parseOptions(options);
  return (host) => {
    const prepared = createPrepared();
    const follows = createFollows(settings.followLogs);
    const troubles = new Map<string, number>();
    let opened: Promise<Ground> | null = null;
    let closed = false;
    const life = new AbortController();

    const open = async (): Promise<Ground> => {
      const { api, namespace } = await connect(settings, host);
      const { clock, logger, entropy } = host;
      const mirror = createMirror({ api, namespace, clock, logger, random: () => entropy.random() });
      const ground: Ground = {
        api,
        mirror,
        namespace,
        settings,
        host,
        place: createPlace(api, { namespace, clock }),
        readEvents: createEventReader({ api, mirror, namespace }, life.signal),
        stopping: new Set(),
      };
      if (closed) close(ground);
      return ground;
    };
    // Where it cannot be opened, the next call tries again.
    const ground = (): Promise<Ground> => {
      if (opened) return opened;
      const opening = open();
      opened = opening;
      opening.catch(() => {
        if (opened === opening) opened = null;
      });
      return opening;
    };

    const told = async <T>(signal: AbortSignal, work: (on: Ground) => Promise<T>): Promise<T> => {
      try {
        return await work(await connected());
      } catch (error) {
        throw asPortFault(error, signal);
      }
    };

    /** A kubeconfig that cannot be read says nothing of an attempt that there is. */
    const connected = async (): Promise<Ground> => {
      try {
        return await ground();
      } catch (error) {
        throw isRunyardError(error) && error.code === 'invalid-option' ? unavailable(error.message, error) : error;
      }
    };

    /** A verb on a handle of ours. */
    const asked = <T>(
      handle: Handle,
      signal: AbortSignal,
      verb: (own: K8sHandle, on: Ground) => Promise<T>,
    ): Promise<T> => told(signal, async (on) => verb(readHandle(handle, await on.place.known(signal)), on));

    return {
      name: settings.name,
      durable: true,
      place: async (signal) => {
        await ground();
        return told(signal, (on) => on.place.ask(signal));
      },
      parseSpec: (input) => parseSpec(input, settings),
      prepare: (launch, signal) => told(signal, (on) => prepareAttempt(launch, { ground: on, prepared, signal })),
      start: (handle, { launch, signal }) =>
        asked(handle, signal, (own, on) => startAttempt(own, { ground: on, prepared, launch, signal })),
      inspect: (handle, signal) =>
        asked(handle, signal, async (own, on) => {
          const view = await freshView(on, own, signal);
          const look = lookAt(view, { now: host.clock.now(), stopping: on.stopping.has(own.uid) });
          return inspectionOf(look);
        }),
      wait: (handle, { signal, onProgress }) =>
        asked(handle, signal, (own, on) => waitFor(own, { ground: on, signal, onProgress })),
      stop: (handle, { graceMs, signal }) =>
        asked(handle, signal, (own, on) => stopAttempt(own, { ground: on, graceMs, signal })),
      remove: (handle, signal) => asked(handle, signal, (own, on) => removeAttempt(on, own, signal)),
      async *logs(handle, { after, follow, signal }) {
        try {
          const on = await connected();
          const own = readHandle(handle, await on.place.known(signal));
          const rest = { ...(after !== undefined && { after }), ...(follow !== undefined && { follow }) };
          yield* readLog(own, { ...rest, ground: on, follows, troubles, signal });
        } catch (error) {
          throw asPortFault(error, signal);
        }
      },
      async *list(installation, signal) {
        try {
          const on = await connected();
          yield* listAttempts(on, { installation, place: await on.place.ask(signal) }, signal);
        } catch (error) {
          throw asPortFault(error, signal);
        }
      },
      async close() {
        closed = true;
        life.abort(new Error('The Kubernetes executor was closed.'));
        const on = await opened?.catch(() => null);
        if (on) close(on);
      },
    };
  };
};

const close = ({ api, mirror }: Ground): void => {
  mirror.close();
  api.close();
};
