import { freshView } from '../fresh.ts';
import { lookAt } from '../outcome/look-at.ts';
import type { Followed } from '../watch/mirror.ts';
import { type ContainerStage, containers, hasContainer, stageOf } from './container-stage.ts';
import { placeOf, trackOf } from './cursor.ts';
import type { LogOptions } from './log-options.ts';
import { isLost, toldLost, toldOver } from './lost.ts';
import { type RankOptions, readPatiently } from './patient-reading.ts';
import type { Ranked } from './ranked-lines.ts';

/** The logs of one pod as they grow, until nothing more can come. */
export async function* followRank(options: RankOptions): AsyncGenerator<Ranked> {
  // One for each rank: another's look would hide a change from this one.
  using followed = options.ground.mirror.follow(options.handle.uid);
  for (const container of containers) yield* followContainer(container, { ...options, followed });
}

interface FollowOptions extends RankOptions {
  followed: Followed;
}

/**
 * Only what is read behind an end that was seen is sure to be all, so a log that was followed is read once more. One for which there is no place
 * among those that are followed is read at its end; while its pod is being deleted, there may be none to read from.
 */
async function* followContainer(container: string, options: FollowOptions): AsyncGenerator<Ranked> {
  const { handle, rank, places, followed, ground, follows, signal } = options;
  const track = trackOf(rank, container);
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
      if (stage.began && !heardOut)
        yield toldOver('the rest of the log is gone with its pod.', { track, rank, ground });
      return;
    }
    if (stage.stage === 'not-begun') {
      if (isOver(options)) {
        if (container === 'job' && isLost(view, rank, places)) yield toldLost(rank, ground);
        return;
      }
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
    const before = place;
    const reading = readPatiently({ container, stage, from: place, follow: !ended }, options);
    let next = await reading.next();
    try {
      for (; !next.done; next = await reading.next()) {
        place = next.value.place;
        yield next.value;
      }
    } finally {
      await reading.return('read');
    }
    const read = next.value;
    if (read === 'given-up') return;
    // What is followed ends with its container, and then its pod may go.
    if (read !== 'gone') heardOut = read === 'read';
    if (ended && read === 'read') return;
    // A stream ends when its container does, a moment before that can be seen; a kubelet that is away ends it at once, each time.
    pauseMs = place === before ? Math.min(pauseMs * 2, atMostMs) : shortMs;
    await followed.changed(pauseMs, signal);
  }
}

// What fetching says is worth a call only where it takes long, or has failed: for how many ms it is not yet; null: it never was.
const sourceRest = (stage: ContainerStage, begun: boolean, { host }: LogOptions['ground']): number | null => {
  if (begun) return 0;
  if (stage.stage === 'ended') return stage.succeeded ? null : 0;
  return stage.stage === 'running' && !stage.doomed ? Math.max(0, stage.since + quietMs - host.clock.now()) : 0;
};

const quietMs = 10_000;
const shortMs = 250;
const atMostMs = 15_000;

const isOver = ({ followed, ground, handle }: FollowOptions): boolean => {
  const stopping = ground.stopping.has(handle.uid);
  const { state } = lookAt(followed.view(), { now: ground.host.clock.now(), stopping });
  return state === 'finished' || state === 'gone';
};
