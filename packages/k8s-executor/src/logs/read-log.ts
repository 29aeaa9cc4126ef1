import type { LogChunk } from '@runyard/core';
import { freshView } from '../fresh.ts';
import type { K8sHandle } from '../handle.ts';
import type { View } from '../watch/view.ts';
import { containers, hasContainer, stageOf } from './container-stage.ts';
import { cursorOf, type Places, parseCursor, placeOf, trackOf } from './cursor.ts';
import { followRank } from './follow-rank.ts';
import type { LogOptions } from './log-options.ts';
import { merge } from './merge.ts';
import { type Ranked, rankedLines } from './ranked-lines.ts';
import { readContainer } from './read-container.ts';

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
  if (view.job === null && view.pods.length === 0) return ground.place.verify(handle.place, signal);
  const many = (view.job?.spec.completions ?? 1) > 1;
  const ranks = Array.from({ length: view.job?.spec.completions ?? 1 }, (_, rank) => rank);
  const all = ranks.map((rank) =>
    rankedLines(
      followed
        ? followRank({ handle, rank, places, followed, ...options })
        : readRank({ handle, rank, places, view, ...options }),
      many,
    ),
  );
  for await (const { track, place, bytes, at } of merge(all)) {
    places.set(track, place);
    yield { cursor: cursorOf(places), stream: 'output', bytes, at };
  }
}

interface Reading extends LogOptions {
  handle: K8sHandle;
  rank: number;
  places: Places;
  view: View;
}

async function* readRank({ rank, places, view, ground, signal }: Reading): AsyncGenerator<Ranked> {
  const { api, namespace } = ground;
  for (const container of containers) {
    const track = trackOf(rank, container);
    const from = placeOf(places, track);
    const stage = stageOf(view, rank, container);
    if (
      from === 'over' ||
      !hasContainer(view, rank, container) ||
      (stage.stage !== 'running' && stage.stage !== 'ended')
    )
      continue;
    if (container === 'source' && stage.stage === 'ended' && stage.succeeded && !places.has(track)) continue;
    const log = { namespace, pod: stage.pod.metadata.name, container };
    const ended = stage.stage === 'ended';
    for await (const { bytes, at, position } of readContainer(log, { api, from, follow: false, ended, signal }))
      yield { track, rank, place: position, bytes, at };
  }
}
