import type { Executor, Handle, Host } from '@runyard/core';
import { capacityOf } from './capacity.ts';
import { connect } from './engine/connect.ts';
import { createEngine } from './engine/engine.ts';
import { createEvents } from './engine/events.ts';
import { asPortFault } from './engine/faults.ts';
import { createPlace } from './engine/place.ts';
import { dockerGpus } from './gpus/docker-gpus.ts';
import { gpusOf } from './gpus/gpus-of.ts';
import { rereadMissing } from './gpus/reread-missing.ts';
import { type DockerHandle, readHandle } from './handle.ts';
import { imageVerbs } from './images/image-verbs.ts';
import { lookForImage } from './images/look-for-image.ts';
import { listAttempts } from './list.ts';
import { readLog } from './logs/read-log.ts';
import { type DockerExecutorOptions, parseOptions } from './options.ts';
import { inspectionOf, lookAt } from './outcome/look.ts';
import { waitFor } from './outcome/wait.ts';
import { clearUploads } from './prepare/checkout.ts';
import { prepareAttempt } from './prepare/prepare.ts';
import { removeAttempt } from './remove.ts';
import type { DockerSpec } from './spec/docker-spec.ts';
import { refuseOpenEngine } from './spec/open-engine.ts';
import { parseSpec } from './spec/parse-spec.ts';
import { newInTurn } from './start/in-turn.ts';
import { startAttempt } from './start/start.ts';
import { stopAttempt } from './stop.ts';

/**
 * Runs jobs as containers of a Docker engine (20.10 or later), here or elsewhere. They outlive the host, and with live-restore the
 * engine too: the container is all that is needed, and whoever asks the same engine next goes on waiting for it.
 *
 * Everything of an attempt lies in one volume at /runyard: the workspace with its sources, which are checked out on this side and
 * sent, the home, and small notes of how it ended. Its first process is a shell script of ours, so an image needs a /bin/sh,
 * and bash where a start script is used. By default its root cannot be written, it has no capabilities and can get none,
 * mounts nothing of the machine, and no swap; what a job may ask for in `executorOptions` is `mounts`, `network`, `user`, `shmSize`, `ulimits`
 * and `readOnlyRoot`, each as far as these options allow it.
 */
export const dockerExecutor = (options: DockerExecutorOptions = {}): ((host: Host) => Executor<DockerSpec>) => {
  const settings = parseOptions(options);
  refuseOpenEngine(settings, { socket: null });
  return (host) => {
    const { clock, dataDir } = host;
    const connection = connect(settings);
    refuseOpenEngine(settings, connection);
    const { client } = connection;
    const engine = createEngine(client);
    const place = createPlace(engine);
    const events = createEvents(engine, clock);
    const inTurn = newInTurn();
    const images = {
      pull: settings.pull,
      registryAuth: settings.registryAuth,
      findCredential: settings.registryCredential,
      builds: { ...settings.builds, network: settings.builds.network ?? settings.network },
      clock,
    };
    const gpus = dockerGpus(client, {
      gpus: settings.capacity === 'unlimited' ? 'none' : settings.gpus,
      ...(settings.gpuProbeImage !== undefined && { gpuProbeImage: settings.gpuProbeImage }),
      local: connection.socket !== null,
      avoidForeign: settings.avoidForeign,
      clock,
      logger: host.logger,
    });
    const gpusFor = gpusOf(gpus, (signal) => place.ask(signal));
    let cleared = false;

    const { capacity } = settings;

    const verify = async (own: string, signal: AbortSignal): Promise<void> => {
      await place.verify(own, signal);
    };

    /** A verb on a handle of ours; what the engine says that no verb expects is no answer. */
    const asked = async <T>(
      handle: Handle,
      signal: AbortSignal,
      verb: (own: DockerHandle, verifyPlace: () => Promise<void>) => Promise<T>,
    ): Promise<T> =>
      told(signal, async () => {
        const own = readHandle(handle, await place.known(signal));
        return verb(own, () => verify(own.place, signal));
      });

    return {
      name: settings.name,
      durable: true,
      place: (signal) =>
        told(signal, async () => {
          const { ID } = await place.ask(signal);
          if (!cleared) await clearUploads(dataDir);
          cleared = true;
          return ID;
        }),
      parseSpec: (input) => parseSpec(input, settings),
      check: (spec, _job, signal) =>
        told(signal, async () => {
          const image = spec.image ?? settings.image;
          if (image === undefined) return [];
          const credential = spec.wishes.registryCredential;
          return lookForImage(client, { image, settings: images, owner: spec.owner, credential, signal });
        }),
      prepare: (launch, signal) =>
        told(signal, async () => {
          const known = await place.known(signal);
          const preparation = { engine, client, images, gpus: gpusFor, host, settings, place: known, signal };
          return rereadMissing(gpus, () => prepareAttempt(launch, preparation, () => place.verify(known, signal)));
        }),
      start: (handle, { launch, signal }) =>
        asked(handle, signal, async (own, verifyPlace) => {
          // Events are heard by the time that somebody waits for its end.
          using watch = events.watch(own.id);
          watch.ready(signal).catch(() => {});
          const start = () => startAttempt(own, { engine, clock, launch, signal, verifyPlace });
          await rereadMissing(gpus, () => inTurn(own.id, signal, start));
        }),
      inspect: (handle, signal) =>
        asked(handle, signal, async (own, verifyPlace) => {
          const look = await lookAt(engine, own, signal);
          if (look.state === 'missing') await verifyPlace();
          return inspectionOf(look);
        }),
      wait: (handle, { signal, onProgress }) =>
        asked(handle, signal, (own, verifyPlace) => waitFor(own, { engine, events, signal, onProgress, verifyPlace })),
      stop: (handle, { graceMs, signal }) =>
        asked(handle, signal, (own, verifyPlace) =>
          stopAttempt(own, { engine, events, clock, graceMs, signal, verifyPlace }),
        ),
      remove: (handle, signal) =>
        asked(handle, signal, async (own, verifyPlace) => {
          if (!(await removeAttempt(own, { engine, clock, signal }))) await verifyPlace();
        }),
      async *logs(handle, { after, follow, signal }) {
        const rest = { ...(after !== undefined && { after }), ...(follow !== undefined && { follow }) };
        try {
          const own = readHandle(handle, await place.known(signal));
          const verifyPlace = (): Promise<void> => verify(own.place, signal);
          yield* readLog(own, { ...rest, engine, events, clock, signal, verifyPlace });
        } catch (error) {
          throw asPortFault(error, signal);
        }
      },
      async *list(installation, signal) {
        try {
          const { ID } = await place.ask(signal);
          yield* listAttempts(engine, { installation, place: ID }, signal);
        } catch (error) {
          throw asPortFault(error, signal);
        }
      },
      ...(capacity !== 'unlimited' && {
        capacity: (signal: AbortSignal) =>
          told(signal, async () =>
            capacityOf(capacity, { ...(await place.ask(signal)), gpus: await gpus.get(signal) }),
          ),
      }),
      images: imageVerbs(client, images),
      async close() {
        events.close();
        await gpus.close();
        connection.close();
      },
    };
  };
};

const told = async <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw asPortFault(error, signal);
  }
};
