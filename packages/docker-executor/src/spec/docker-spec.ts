import type { JobImage } from '@runyard/core';
import type { Wishes } from './wishes.ts';

/** What of a job the launch does not tell. */
export interface DockerSpec {
  /** null: the host's. */
  image: JobImage | null;
  owner: string;
  wishes: Wishes;
}
