import { isRunyardError } from '@runyard/core';
import { freshView } from '../fresh.ts';
import type { K8sHandle } from '../handle.ts';
import { lookAt } from '../outcome/look-at.ts';
import type { Followed } from '../watch/mirror.ts';
import { containers, hasContainer, type Stage, stageOf } from './container-stage.ts';
import { type Places, placeOf, trackOf } from './cursor.ts';
import type { LogOptions } from './log-options.ts';
import type { Position } from './position.ts';
import type { Ranked } from './ranked-lines.ts';
import { type ReadEnd, readContainer } from './read-container.ts';

export interface RankOptions extends LogOptions {
  handle: K8sHandle;
  rank: number;
  places: Places;
  followed: Followed;
}

/** The logs of one pod as they grow, until nothing more can come. */
export async function* followRank(options: RankOptions): AsyncGenerator<Ranked> {
  for (const container of containers) yield* followContainer(container, options);
}

/**
 * Only what is read behind an end that was seen is sure to be all, so a log that was followed is read once more. One for which there is no place
 * among those that are followed is read at its end; while its pod is being deleted, there may be none to read from.
 */
async function* followContainer(container: string, options: RankOptions): AsyncGenerator<Ranked> {
  const { handle, rank, places, followed, ground, follows, signal } = options;
  const track = trackOf(rank, container);
  const { api, namespace } = ground;
  let place = placeOf(places, track);
  let heardOut = false;
  let asked = false;
  for (let pauseMs = shortMs; place !== 'over'; ) {
    await followed.ready(signal);
    const view = followed.view();
    if (!hasContainer(view, rank, container)) return;
    const stage = stageOf(view, rank, container);
    if (stage.stage === 'gone') {
      if (stage.unseen && !asked) {
        asked = true;
        await freshView(ground, handle, signal);
        continue;
      }
      if (stage.began && !heardOut) yield { track, rank, place: 'over', ...toldNow(gone, ground) };
      return;
    }
    if (stage.stage === 'not-begun') {
      if (isOver(options)) return;
      await followed.changed(atMostMs, signal);
      continue;
    }
    const untilWorthReading = container === 'source' ? sourceRest(stage, places.has(track), ground) : 0;
    if (untilWorthReading === null) return;
    if (untilWorthReading > 0) {
      await followed.changed(untilWorthReading, signal);
      continue;
    }
    const ended = stage.stage === 'ended';
    using held = ended ? null : stage.doomed ? follows.takeAnyway() : follows.take();
    if (!ended && held === null) {
      await followed.changed(atMostMs, signal);
      continue;
    }
    const before: Position = place;
    const log = { namespace, pod: stage.pod.metadata.name, container };
    const reading = readContainer(log, { api, from: before, follow: !ended, ended, signal });
    const read = yield* guarded(reading, stage, { ...options, track, onPlace: (next) => (place = next) });
    if (read === 'given-up') return;
    // What is followed ends with its container, and then its pod may go.
    if (read !== 'gone') heardOut = read === 'read';
    if (ended && (read === 'read' || read === 'not-begun')) return;
    // A stream ends when its container does, a moment before that can be seen; a kubelet that is away ends it at once, each time.
    pauseMs = place === before ? Math.min(pauseMs * 2, atMostMs) : shortMs;
    await followed.changed(pauseMs, signal);
  }
}

// What fetching says is worth a call only where it takes long, or has failed: for how many ms it is not yet; null: it never was.
const sourceRest = (stage: Stage, begun: boolean, { host }: LogOptions['ground']): number | null => {
  if (begun) return 0;
  if (stage.stage === 'ended') return stage.succeeded ? null : 0;
  return stage.stage === 'running' && !stage.doomed ? Math.max(0, stage.since + quietMs - host.clock.now()) : 0;
};

const quietMs = 10_000;
const shortMs = 250;
const atMostMs = 15_000;

// The log of what has ended may be lost with its node: then the run must not wait for it for ever.
async function* guarded(
  reading: AsyncGenerator<{ bytes: Uint8Array; at: number; position: Position }, ReadEnd>,
  { stage }: Stage,
  {
    handle,
    rank,
    track,
    ground,
    troubles,
    onPlace,
    signal,
  }: RankOptions & { track: string; onPlace(place: Position): void },
): AsyncGenerator<Ranked, ReadEnd | 'given-up'> {
  try {
    for (;;) {
      const { value, done } = await reading.next();
      if (done) {
        troubles.delete(handle.uid);
        return value;
      }
      onPlace(value.position);
      yield { track, rank, place: value.position, bytes: value.bytes, at: value.at };
    }
  } catch (error) {
    signal.throwIfAborted();
    if (stage !== 'ended' || !isRunyardError(error)) throw error;
    const now = ground.host.clock.monotonic();
    const since = troubles.get(handle.uid) ?? now;
    troubles.set(handle.uid, since);
    if (now - since < patienceMs) throw error;
    troubles.delete(handle.uid);
    yield {
      track,
      rank,
      place: 'over',
      ...toldNow(`runyard: the rest of the log was given up: ${error.message}\n`, ground),
    };
    return 'given-up';
  } finally {
    await reading.return('read');
  }
}

const patienceMs = 600_000;

const gone = 'runyard: the rest of the log is gone with its pod.\n';

const toldNow = (text: string, { host }: LogOptions['ground']): { bytes: Uint8Array; at: number } => ({
  bytes: Buffer.from(text),
  at: host.clock.now(),
});

const isOver = ({ followed, ground, handle }: RankOptions): boolean => {
  const stopping = ground.stopping.has(handle.uid);
  const { state } = lookAt(followed.view(), { now: ground.host.clock.now(), stopping });
  return state === 'finished' || state === 'gone';
};
