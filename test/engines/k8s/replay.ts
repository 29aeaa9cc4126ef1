import { startServer } from './api-server.ts';
import type { ApiServer, ApiServerOptions, KubeObject, ObjectChange } from './cluster.ts';
import type { Change } from './objects/change.ts';
import { removeObject } from './objects/remove.ts';
import { choose, scenarioOfImage } from './replay/choice.ts';
import { answerCreation } from './replay/creation.ts';
import { endPlainly } from './replay/plain-end.ts';
import { createPlay, type Play } from './replay/play.ts';
import { playLog } from './replay/play-log.ts';
import type { Track } from './replay/track.ts';

export interface ReplayOptions extends ApiServerOptions {
  /** A whole number: how many times faster than recorded. Default 20. */
  speed?: number;
  /**
   * Which recording is played for a Job: `02`, `02-exit-7`, `08#2` for the second Job of one; null: none. Default: by the image of its container `job`,
   * `lab.local/<recording>:<which Job of it>`.
   */
  scenarioOf?(job: KubeObject): string | null;
}

export interface Replay extends ApiServer {
  /** Where the play of each Job stands, in the order in which they were created. */
  plays(): { job: string; namespace: string; scenario: string; state: 'prepared' | ReturnType<Track['state']> }[];
}

/** A stand-in for a cluster that does with each Job what a real one did when the recording was made. */
export async function startReplay(options: ReplayOptions = {}): Promise<Replay> {
  const { speed = 20, scenarioOf = scenarioOfImage } = options;
  const server = await startServer(options);
  const { objects, collector, store } = server;
  const plays = new Map<string, Play>();
  const tracks = new Map<string, Track>();
  const timers = new Set<NodeJS.Timeout>();

  const isPlayed = (uid: string) => ['playing', 'waiting'].includes(tracks.get(uid)?.state() ?? '');
  collector.held = isPlayed;
  const plainly = endPlainly(objects, { speed, isMine: (uid) => tracks.has(uid) && !isPlayed(uid) });

  server.onCreate = (resource, object) => {
    const scenario = resource === 'jobs' ? scenarioOf(object) : null;
    return scenario ? answerCreation(object, scenario) : null;
  };
  server.onDelete = (resource, { metadata }, { propagationPolicy }) => {
    const track = resource === 'jobs' ? plays.get(metadata.uid)?.track() : undefined;
    if (!track || !isPlayed(metadata.uid)) return false;
    // A second call, while the first one is carried out, changes nothing.
    if (metadata.deletionTimestamp !== undefined || track.call('delete', propagationPolicy)) return true;
    track.leave();
    return false;
  };
  server.readLog = async (pod, query, signal) => {
    const track = tracks.get(pod.metadata.uid);
    if (!track) return { status: 200, body: '' };
    const { uid } = pod.metadata;
    const log = track.score.logs.get(`${track.recordedUid(uid)}/${query.container ?? 'job'}`);
    const now = () => objects.byUid('pods', uid);
    return playLog(
      { log, clock: track.clock, pod: now, changed: (ms, until) => changed(uid, ms, until) },
      query,
      signal,
    );
  };

  const stop = store.onChange((change) => {
    if (change.resource === 'jobs') hear(change);
  });

  function hear({ type, object, previous }: Change): void {
    const { uid } = object.metadata;
    if (type === 'ADDED' && !tracks.has(uid)) {
      const scenario = scenarioOf(object);
      if (scenario) play(object, scenario);
    }
    const isStart = type === 'MODIFIED' && previous?.spec.suspend && !object.spec.suspend;
    if (isStart && !tracks.get(uid)?.isWriting()) plays.get(uid)?.started();
  }

  function play(job: KubeObject, scenario: string): void {
    const { uid } = job.metadata;
    const created = createPlay({
      objects,
      speed,
      job,
      choice: choose(scenario),
      plays: (each, track) => void tracks.set(each, track),
      ended: (track) => {
        for (const each of track.uids()) {
          collector.lookAgain(each);
          plainly.lookAt(each);
        }
      },
      deleteNamespace,
    });
    plays.set(uid, created);
  }

  function deleteNamespace(name: string, at: number): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      const namespace = objects.get('namespaces', '', name);
      if (namespace) removeObject(store, 'namespaces', namespace, {});
    }, at - Date.now());
    timers.add(timer);
  }

  function changed(uid: string, ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        unhear();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      const unhear = objects.on(({ object }: ObjectChange) => {
        if (object.metadata.uid === uid) done();
      });
      signal.addEventListener('abort', done);
    });
  }

  const close = server[Symbol.asyncDispose].bind(server);
  return Object.assign(server, {
    plays: () =>
      [...plays.values()].map(({ job, choice, track }) => ({
        job: job.metadata.name,
        namespace: job.metadata.namespace ?? '',
        scenario: choice.score.name,
        state: track()?.state() ?? ('prepared' as const),
      })),
    async [Symbol.asyncDispose]() {
      stop();
      for (const track of new Set(tracks.values())) track.leave();
      for (const timer of timers) clearTimeout(timer);
      plainly[Symbol.dispose]();
      await close();
    },
  });
}
