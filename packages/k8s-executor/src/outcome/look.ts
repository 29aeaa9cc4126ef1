import type { Outcome } from '@runyard/core';

/** What can be told of an attempt now. */
export type Look =
  /** Suspended, and nothing has been told to start it. */
  | { state: 'prepared' }
  | { state: 'waiting'; sentence?: string; phase?: WaitingPhase; trouble?: Trouble }
  /** The container `job` runs, since then (epoch ms). `trouble`: that of another of its pods, which has not started. */
  | { state: 'running'; since: number; sentence?: string; trouble?: Trouble }
  /**
   * How it ended is known or will be, but a pod of it may still run, or one more message has to come. `since`: as below. `lingers`: its container `job` has ended,
   * and what a template has put beside it runs on, which somebody has to end.
   */
  | { state: 'ending'; since?: number; lingers?: true }
  /**
   * `since`: when the container `job` began, where it ever did. No pod of it runs, or is going to. `unseen`: only its Job tells, since a pod of it was
   * not seen, or not seen to end. The watch of pods may just lag behind that of Jobs, so that they have to be asked for once before this is believed.
   */
  | { state: 'finished'; since?: number; outcome: Outcome; unseen?: true }
  /**
   * Its Job was suspended after it had started, or a second pod of it lives: it runs a second time, or will when somebody resumes it. So it has to be
   * deleted. `outcome`: how the first pod had ended, where that, and no suspension, brought the second one.
   */
  | { state: 'suspended-again'; since?: number; outcome?: Outcome }
  /** The Job and all its pods are gone, and nothing tells how it ended. Whether that is true of our place, and of its pods, the caller finds out. */
  | { state: 'gone' };

export type WaitingPhase = 'scheduling' | 'sources' | 'image-pull';

/** What keeps it from starting, and does not end by itself. */
export interface Trouble {
  /** Nothing mends it: it need not be waited for. */
  permanent: boolean;
  /** Epoch ms, by the server's clock, as far back as it is told. */
  since: number;
  /** How it ends where nothing mends it in time. */
  outcome: Outcome;
}
