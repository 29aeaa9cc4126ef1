import type { LogChunk } from '@runyard/core';
import { freshView } from '../fresh.ts';
import type { K8sHandle } from '../handle.ts';
import type { View } from '../watch/view.ts';
import { rankOf } from './container-stage.ts';
import { cursorOf, type Places, parseCursor, rankOfTrack } from './cursor.ts';
import { followRank } from './follow-rank.ts';
import { linked } from './linked.ts';
import type { LogOptions } from './log-options.ts';
import { merge } from './merge.ts';
import { rankedLines } from './ranked-lines.ts';
import { readRank } from './read-rank.ts';

/**
 * The output of all containers of an attempt from a cursor on: of each pod first that of fetching its sources. Of an attempt with several pods the lines begin
 * with `[rank] `. A pod takes its log with it; what could not be read before is told of in a line.
 */
export async function* readLog(handle: K8sHandle, options: LogOptions): AsyncIterable<LogChunk> {
  const { ground, follow = false, signal } = options;
  const places = parseCursor(options.after);
  using followed = follow ? ground.mirror.follow(handle.uid) : null;
  await followed?.ready(signal);
  const view = followed?.view().job ? followed.view() : await freshView(ground, handle, signal);
  const ranks = ranksOf(view, places);
  // Where one rank fails, or nobody reads on, the others must not go on waiting.
  using reading = linked(signal);
  const all = ranks.map((rank) => {
    const rest = { ...options, handle, rank, places, signal: reading.signal };
    const isThere = view.job !== null || view.pods.length > 0;
    return rankedLines(followed && isThere ? followRank(rest) : readRank({ view, ...rest }), ranks.length > 1);
  });
  for await (const { track, place, bytes, at } of merge(all)) {
    places.set(track, place);
    yield { cursor: cursorOf(places), stream: 'output', bytes, at };
  }
}

/** Those that its Job has, and without it those that are known of otherwise. */
const ranksOf = ({ job, pods }: View, places: Places): number[] => {
  const most = Math.max(0, ...pods.map(({ pod }) => rankOf(pod)), ...[...places.keys()].map(rankOfTrack));
  return Array.from({ length: job?.spec.completions ?? most + 1 }, (_, rank) => rank);
};
