import { RunyardError } from '@runyard/core';
import { beginning, type Position, positionFrom, positionText } from './position.ts';

/** Where one is in an attempt's logs: in those of each container of each rank that has been read from. `over`: nothing more of it will be. */
export type Places = Map<string, Position | 'over'>;

export const placeOf = (places: Places, track: string): Position | 'over' => places.get(track) ?? beginning;

/** The name of one container's log among them: `0/job`. */
export const trackOf = (rank: number, container: string): string => `${rank}/${container}`;

export const rankOfTrack = (track: string): number => Number.parseInt(track, 10);

export const cursorOf = (places: Places): string =>
  [...places].map(([track, place]) => `${track}=${place === 'over' ? place : positionText(place)}`).join(';');

export const parseCursor = (cursor: string | undefined): Places => {
  const places: Places = new Map();
  if (cursor === undefined) return places;
  for (const part of cursor.split(';')) {
    const [, track, text] = /^(\d{1,5}\/(?:source|job))=(.+)$/.exec(part) ?? [];
    const place = text === 'over' ? text : positionFrom(text ?? '');
    if (track === undefined || place === null) throw unknown(cursor);
    places.set(track, place);
  }
  return places;
};

const unknown = (cursor: string): RunyardError =>
  new RunyardError('invalid-request', `'${cursor}' is not a log cursor of the Kubernetes executor.`, {
    field: 'after',
    received: cursor,
  });
