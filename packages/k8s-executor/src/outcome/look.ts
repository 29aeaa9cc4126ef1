import type { Outcome } from '@runyard/core';

/** What can be told of an attempt now. */
export type Look =
  /** Suspended, and nothing has been told to start it. */
  | { state: 'prepared' }
  | { state: 'waiting'; sentence?: string; phase?: string; trouble?: Trouble }
  /** The container `job` runs, since then (epoch ms). */
  | { state: 'running'; since: number }
  /** How it ended is known or will be, but a pod of it may still run, or one more message has to come. */
  | { state: 'ending' }
  /** `since`: when the container `job` began, where it ever did. No pod of it runs, or is going to. */
  | { state: 'finished'; since?: number; outcome: Outcome }
  /** Its Job was suspended after it had started: whoever resumes it runs it a second time, so it has to be deleted. */
  | { state: 'suspended-again' }
  /** The Job and all its pods are gone, and nothing tells how it ended. Whether that is true of our place, the caller finds out. */
  | { state: 'gone' };

/** What keeps it from starting, and does not end by itself. */
export interface Trouble {
  /** Nothing mends it: it need not be waited for. */
  permanent: boolean;
  /** Epoch ms, by the server's clock, as far back as it is told. */
  since: number;
  /** How it ends where nothing mends it in time. */
  outcome: Outcome;
}
