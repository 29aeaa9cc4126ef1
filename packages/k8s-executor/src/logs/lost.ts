import type { View } from '../watch/view.ts';
import { containers, rankOf, stageOf } from './container-stage.ts';
import { type Places, trackOf } from './cursor.ts';
import type { LogOptions } from './log-options.ts';
import type { Ranked } from './ranked-lines.ts';

/** A line of ours, behind which nothing more of a log comes. */
export const toldOver = (
  words: string,
  { track, rank, ground }: { track: string; rank: number; ground: LogOptions['ground'] },
): Ranked => ({
  track,
  rank,
  place: 'over',
  bytes: Buffer.from(`runyard: ${words}\n`),
  at: ground.host.clock.now(),
});

export const toldLost = (rank: number, ground: LogOptions['ground']): Ranked =>
  toldOver('its pod is gone, and with it whatever of its log had not been read.', {
    track: trackOf(rank, 'job'),
    rank,
    ground,
  });

/**
 * Whether a log of a rank had begun to be read, not to its end, and neither a pod is left to read it from nor a Job that tells of one. Whether all was
 * read is not known. Of what was never read nothing tells that there was a log: it may have been stopped before it began.
 */
export const isLost = (view: View, rank: number, places: Places): boolean => {
  if (stageOf(view, rank, 'job').stage !== 'not-begun' || view.pods.some(({ pod }) => rankOf(pod) === rank))
    return false;
  const read = containers.map((container) => places.get(trackOf(rank, container)));
  if (read.at(-1) === 'over') return false;
  return read.some((place) => place !== undefined && place !== 'over');
};
