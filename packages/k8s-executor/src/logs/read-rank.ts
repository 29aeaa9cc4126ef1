import { unavailable } from '../api/faults.ts';
import type { View } from '../watch/view.ts';
import { containers, hasContainer, stageOf } from './container-stage.ts';
import { placeOf, trackOf } from './cursor.ts';
import { isLost, toldLost, toldOver } from './lost.ts';
import { type RankOptions, readPatiently } from './patient-reading.ts';
import type { Ranked } from './ranked-lines.ts';

/** What there is now of the logs of one pod. Of one that has ended nothing is left out without a word. */
export async function* readRank({ view, ...options }: RankOptions & { view: View }): AsyncGenerator<Ranked> {
  const { rank, places, ground } = options;
  if (isLost(view, rank, places)) return void (yield toldLost(rank, ground));
  for (const container of containers) {
    const track = trackOf(rank, container);
    const from = placeOf(places, track);
    const stage = stageOf(view, rank, container);
    if (from === 'over' || !hasContainer(view, rank, container)) continue;
    if (stage.stage === 'gone' && stage.began)
      yield toldOver('the rest of the log is gone with its pod.', { track, rank, ground });
    if (stage.stage !== 'running' && stage.stage !== 'ended') continue;
    if (container === 'source' && stage.stage === 'ended' && stage.succeeded && !places.has(track)) continue;
    const read = yield* readPatiently({ container, stage, from, follow: false }, options);
    if (stage.stage === 'running' || read === 'read' || read === 'given-up') continue;
    if (read !== 'gone') throw unavailable(`The log of ${stage.pod.metadata.name}/${container} cannot be read now.`);
    yield toldOver('the rest of the log is gone with its pod.', { track, rank, ground });
  }
}
