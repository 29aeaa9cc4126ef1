import { wallAtOrAfter, wallAtOrBefore } from './find-wall-time.ts';
import type { Stretch } from './stretches.ts';
import type { WallTimes } from './wall-times.ts';
import type { Zone } from './zone.ts';
import { latestInstant } from './zone-offset.ts';

/** Wall times as instants of a zone. Instants are epoch milliseconds. */
export interface ZonedTimes {
  times: WallTimes;
  zone: Zone;
  /**
   * true: a wall time fires when the zone's clock first shows it or anything later, so one that is skipped fires right
   * after the gap, and one that is shown twice fires the first time.
   * false: it fires whenever the clock shows it.
   */
  once: boolean;
}

const minute = 60_000;
const day = 86_400_000;
/** Further from UTC than any zone's clock has ever been, and half of what `skipTo` keeps clear of. */
const widestOffset = day;

/** Nothing is looked for further away than this. */
export const tenYears = 3653 * day;

/** The first instant after `after`; null when there is none within ten years. */
export const instantAfter = ({ times, zone, once }: ZonedTimes, after: number): number | null => {
  // Also false for NaN.
  if (!(Math.abs(after) < latestInstant)) return null;
  const last = Math.min(after + tenYears, latestInstant);
  let at = Math.floor(after) + 1;
  let stretch = zone.stretchAt(at);
  let from = firstWall(stretch, at, once);
  let wall = msAtOrAfter(times, from);
  for (;;) {
    const { to, offset } = stretch;
    if (wall - offset < to) {
      const instant = Math.max(wall - offset, stretch.from);
      return instant <= last ? instant : null;
    }
    if (wall === Number.POSITIVE_INFINITY || to > last) return null;
    // Far from any change of offset, go straight to where the wall time may be shown.
    const near = wall - 2 * widestOffset;
    at = to - widestOffset >= from ? Math.max(to, near) : to;
    stretch = zone.stretchAt(at);
    const nextFrom = firstWall(stretch, at, once);
    // There is none in [from, wall), so only a clock that went back, or past `wall`, needs a new search.
    if (nextFrom < from || nextFrom > wall) wall = msAtOrAfter(times, nextFrom);
    from = nextFrom;
  }
};

/** The last instant before `before`; null when there is none within ten years. The mirror of `instantAfter`. */
export const instantBefore = ({ times, zone, once }: ZonedTimes, before: number): number | null => {
  if (!(Math.abs(before) < latestInstant)) return null;
  const first = Math.max(before - tenYears, -latestInstant);
  let at = Math.ceil(before) - 1;
  let stretch = zone.stretchAt(at);
  let to = at + stretch.offset;
  let wall = msAtOrBefore(times, to);
  for (;;) {
    const { from, offset, fresh } = stretch;
    if (wall >= (once ? fresh : from + offset)) {
      const instant = Math.max(wall - offset, from);
      return instant >= first ? instant : null;
    }
    if (wall === Number.NEGATIVE_INFINITY || from <= first) return null;
    const near = wall + 2 * widestOffset;
    at = from + widestOffset <= to ? Math.min(from - 1, near) : from - 1;
    stretch = zone.stretchAt(at);
    const nextTo = at + stretch.offset;
    if (nextTo > to || nextTo < wall) wall = msAtOrBefore(times, nextTo);
    to = nextTo;
  }
};

/** The first wall time that can still fire at `at` or later in its stretch; at its very start, what a gap left over. */
const firstWall = ({ from, offset, fresh }: Stretch, at: number, once: boolean): number => {
  if (!once) return at + offset;
  return at === from ? fresh : Math.max(at + offset, fresh);
};

const msAtOrAfter = (times: WallTimes, wall: number): number => wallAtOrAfter(times, Math.ceil(wall / minute)) * minute;

const msAtOrBefore = (times: WallTimes, wall: number): number =>
  wallAtOrBefore(times, Math.floor(wall / minute)) * minute;
