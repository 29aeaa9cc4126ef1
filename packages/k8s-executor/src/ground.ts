import type { Host } from '@runyard/core';
import type { Api } from './api/api.ts';
import type { Settings } from './options.ts';
import type { Place } from './place.ts';
import type { Mirror } from './watch/mirror.ts';

/** What every verb stands on: one namespace of one cluster. */
export interface Ground {
  api: Api;
  mirror: Mirror;
  place: Place;
  namespace: string;
  settings: Settings;
  host: Pick<Host, 'clock' | 'entropy' | 'logger'>;
  /** Tells the mirror the events that there are now. */
  readEvents(signal: AbortSignal): Promise<void>;
  /** Uids of Jobs whose end this process has asked for, so that what becomes of their pods is no surprise. */
  stopping: Set<string>;
}
