import type { PodObject } from '../api/objects.ts';
import type { View } from '../watch/view.ts';
import { type Told, toldOf } from './events.ts';
import { type TroubleKind, toldTrouble } from './trouble-kinds.ts';

/** What events tell keeps a container from starting. */
export interface EventTrouble {
  kind: TroubleKind;
  /** undefined: they say only that there is some. */
  words?: string | undefined;
  /** Epoch ms, by the server's clock. */
  since: number;
}

/** The last that was told of it, unless the container has come further since. */
export const troubleByEvents = (pod: PodObject, container: string, view: View): EventTrouble | undefined => {
  let trouble: EventTrouble | undefined;
  let mendedAt = 0;
  for (const event of toldOf(view, pod.metadata.uid)) {
    if (trouble !== undefined && isProgress(event, container, trouble.kind)) {
      trouble = undefined;
      mendedAt = event.last;
      continue;
    }
    const told =
      event.container === null || event.container === container ? toldTrouble(event.reason, event.message) : undefined;
    if (told === undefined) continue;
    const since = Math.max(event.first, mendedAt);
    trouble =
      trouble?.kind === told.kind
        ? { kind: told.kind, words: told.words ?? trouble.words, since: Math.min(trouble.since, since) }
        : { kind: told.kind, words: told.words, since };
  }
  return trouble;
};

// Volumes and network belong to all containers: once one of them is under way, they are there.
const isProgress = ({ reason, container }: Told, of: string, kind: TroubleKind): boolean => {
  if (kind === 'mount' || kind === 'node') return progress.has(reason);
  if (container !== of) return false;
  return reason === 'Started' || reason === 'Created' || (reason === 'Pulled' && kind !== 'config');
};

const progress = new Set(['Pulling', 'Pulled', 'Created', 'Started']);
