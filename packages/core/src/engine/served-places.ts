import type { Capacity } from '../ports/executor.ts';

/** The places that this instance serves, by executor name. An engine that does not answer serves none: its runs stay queued. */
export interface Places {
  readonly served: ReadonlyMap<string, string>;
  /** By executor name: what there is to share out at its place, of those that say so. */
  readonly capacities: ReadonlyMap<string, Capacity>;
  /** By executor name: why it could not be asked. */
  readonly silent: ReadonlyMap<string, string>;
  /** Asks all; resolves when each has answered or was given up for now. */
  ask(signal: AbortSignal): Promise<void>;
}
