import type { JobSpec, Size } from '@runyard/core';
import type { Settings } from '../options.ts';

export interface CronInput {
  job: JobSpec;
  settings: Settings;
  size: Size;
  /** Of the CronJob. */
  name: string;
  /** Of everything beside it. */
  dependents: string;
  /** null: its secrets are left out. */
  secretName: string | null;
  paused: boolean;
}
