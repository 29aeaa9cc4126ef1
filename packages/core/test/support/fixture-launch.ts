import type { Launch } from '../../src/ports/executor.ts';
import { launchWith } from '../fixtures/launch.ts';

export const installation = 'i'.repeat(32);

/** A launch as a Runyard of this installation would make it, for an attempt that its store does not know. */
export const fixtureLaunch = (runId: string): Launch<never> =>
  launchWith(undefined as never, { key: `${runId}.1`, installation });
