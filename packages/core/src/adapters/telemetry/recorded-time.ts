import type { HrTime } from '@opentelemetry/api';

/** Epoch ms as seconds and nanoseconds: older SDKs take a plain number before this process began for one on its performance clock. */
export const asRecorded = (ms: number): HrTime => {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
};
