import type { Clock } from '@runyard/core';
import type { Api } from '../api/api.ts';
import type { ApiRefusal } from '../api/refusal.ts';

/** Objects of one kind, and who hears of them. */
export interface Source<T> {
  path: string;
  labelSelector?: string;
  put(object: T): void;
  remove(object: T): void;
  /** A list at that version named these and no others. */
  settle(version: string, named: ReadonlySet<string>): void;
  /** Versions that were told before say nothing any more. */
  rewind(): void;
  /** The right to read them is missing, and it goes on without; it is asked for now and then. Where this is left out, that is a fault like any. */
  onMissingRight?(refusal: ApiRefusal): void;
}

export type Hearing =
  /** It has not been read yet, or a watch has just ended. */
  | { state: 'soon' }
  | { state: 'hears' }
  | { state: 'without' }
  /** The API server cannot be asked, or refuses. */
  | { state: 'down'; fault: unknown };

export interface InformerOptions {
  api: Api;
  clock: Clock;
  random: () => number;
  signal: AbortSignal;
  onHearing(hearing: Hearing): void;
  /** The first list was read. */
  onListed(): void;
}
