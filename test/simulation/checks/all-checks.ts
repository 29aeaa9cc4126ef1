import { keepsToItsBudgets, recordsBeforeItPrepares, runsEachKeyOnce, waitsBeforeRetries } from './attempts.ts';
import { givesTheGpusAskedFor, sharesNoGpuUnasked, staysWithinCapacity } from './capacity.ts';
import type { Check } from './check.ts';
import { endsOnce, looksAfterEachRun } from './endings.ts';
import { givesOneRunForAKey } from './idempotency.ts';
import { leavesNothing } from './leftovers.ts';
import { keepsToItsLimits, stopsTheRunsOfARemovedJob } from './limits.ts';
import { keepsLogsWhole } from './logs.ts';
import { coversEachInstantOnce } from './occurrences.ts';
import { admitsByPolicy, neverOverlaps } from './overlap.ts';
import { saysWhyItDidNotRun } from './reasons.ts';
import { forgetsOnlyWhatMayGo, keepsNoMoreThanItSays } from './retention.ts';
import { firesNothingUnderAPause, namesItsCause } from './stops.ts';
import { endsNothingUnasked, tellsTheTruth } from './truth.ts';

/** Every promise of DESIGN 10 that a simulation can see broken. */
export const checks: Readonly<Record<string, Check>> = {
  endsOnce,
  looksAfterEachRun,
  coversEachInstantOnce,
  saysWhyItDidNotRun,
  neverOverlaps,
  admitsByPolicy,
  runsEachKeyOnce,
  recordsBeforeItPrepares,
  keepsToItsBudgets,
  waitsBeforeRetries,
  keepsToItsLimits,
  stopsTheRunsOfARemovedJob,
  namesItsCause,
  firesNothingUnderAPause,
  tellsTheTruth,
  endsNothingUnasked,
  keepsLogsWhole,
  leavesNothing,
  staysWithinCapacity,
  sharesNoGpuUnasked,
  givesTheGpusAskedFor,
  givesOneRunForAKey,
  forgetsOnlyWhatMayGo,
  keepsNoMoreThanItSays,
};
