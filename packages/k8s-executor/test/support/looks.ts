import type { Look } from '../../src/outcome/look.ts';
import { lookAt } from '../../src/outcome/look-at.ts';
import type { View } from '../../src/watch/view.ts';

export const now = Date.parse('2026-11-21T21:00:00Z');

export const look = (view: View, stopping = false): Look => lookAt(view, { now, stopping });

/** A look in one word: `waiting:image-pull!start-failed/image-pull`, with `!!` where its trouble is permanent; `finished=exited/7`. */
export const named = (seen: Look): string => {
  if (seen.state === 'finished') return `finished=${nameOf(seen.outcome)}`;
  if (seen.state !== 'waiting' && seen.state !== 'running') return seen.state;
  const { trouble } = seen;
  const phase = seen.state === 'waiting' && seen.phase !== undefined ? `:${seen.phase}` : '';
  return `${seen.state}${phase}${trouble === undefined ? '' : `${trouble.permanent ? '!!' : '!'}${nameOf(trouble.outcome)}`}`;
};

const nameOf = (outcome: Extract<Look, { state: 'finished' }>['outcome']): string =>
  [
    outcome.class,
    ...('code' in outcome ? [outcome.code] : []),
    ...('reason' in outcome ? [outcome.reason] : []),
    ...('signal' in outcome ? [outcome.signal] : []),
  ].join('/');
