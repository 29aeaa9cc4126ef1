import type { Size } from './size.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const mebibyte = 2 ** 20;
const gibibyte = 2 ** 30;

/** Every default of Runyard, in one table. Times in ms, sizes in bytes. */
export const defaults = {
  backoff: { limit: 0, initialMs: 10 * second, factor: 2, maxMs: 6 * minute, jitter: 0, infrastructureLimit: 5 },
  limits: { startMs: null, runMs: null, graceMs: 30 * second },
  missed: { rule: 'latest', windowMs: hour, cap: 1000 },
  dst: 'once',
  timezone: 'UTC',
  concurrencyPolicy: 'Allow',
  priority: 0,
  retention: { maxAgeMs: 90 * day, maxRuns: 1000 },
  onPlaceLost: { rule: 'wait', afterMs: null },
  size: 'small',
  sizes: {
    small: { name: 'small', cpu: 1, memoryBytes: gibibyte, gpu: null },
    medium: { name: 'medium', cpu: 2, memoryBytes: 4 * gibibyte, gpu: null },
  } satisfies Record<string, Size>,
  logCapBytes: 64 * mebibyte,
  requestBodyBytes: mebibyte,
  timings: {
    leaseMs: 10 * second,
    lostAfterMs: 30 * second,
    sweepGraceMs: minute,
    placeTimeoutMs: 5 * second,
    pollMs: 2 * second,
    storeTimeoutMs: 10 * second,
    storeSlowMs: second,
    turnAfterMs: 10 * minute,
  },
  /** How long the audit trail is kept. */
  auditMaxAgeMs: 730 * day,
  /** After so long a run that does not run yet is told of. */
  waitingAfterMs: 15 * minute,
  /** How long a start's `Idempotency-Key` is remembered. */
  idempotencyMs: day,
  processCapacity: 'machine',
  /** Launches (fetching, preparing, starting) in flight at once at each executor. */
  launches: 16,
} as const;
