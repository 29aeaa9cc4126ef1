import type { EventObject, JobObject, PodObject } from '../api/objects.ts';

/** All that is known of one attempt, by its Job's uid; what is gone stays known as it was last seen. */
export interface View {
  uid: string;
  /** null: never seen. */
  job: JobObject | null;
  /** It was deleted, or stood in no list any more. */
  jobGone: boolean;
  /** Those whose controller has that uid, in the order of their first sight. */
  pods: readonly SeenPod[];
  /** Of the Job and of those pods, each once in its newest version, in the order in which they came. */
  events: readonly EventObject[];
}

export interface SeenPod {
  pod: PodObject;
  gone: boolean;
  /** Epoch ms, by our clock, when `deletionTimestamp` was first seen on it, or it was gone; null: not yet. */
  deletedAt: number | null;
  /**
   * Epoch ms, by the server's clock: `deletionTimestamp` less `deletionGracePeriodSeconds`, as they stood when they were first seen. The kubelet writes
   * both anew when the pod has ended, so that the last version does not tell any more whether it ended before or because of that.
   */
  deletionAskedAt?: number | null;
}
