import type { Wishes } from './wishes.ts';

/** What of a job the launch does not tell. */
export interface K8sSpec {
  /** null: the host's. */
  image: string | null;
  owner: string;
  /** Pods of one run. */
  scale: number;
  wishes: Wishes;
}
