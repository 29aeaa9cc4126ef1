import type { Recorded } from '../host/read-back.ts';
import type { StoreTime } from '../host/setup.ts';
import type { Said } from '../jobs/executions.ts';

/** All that a check looks at; plain JSON, so that a bad one can be kept and looked at again. */
export interface History {
  storeTime: StoreTime;
  schedules: Schedule[];
  /** Store time up to which every schedule must be accounted for. */
  until: number;
  recorded: Recorded;
  said: Said[];
  /** Processes and folders that were there in the end. */
  left: string[];
  /** Writes by a process that did not hold the lease. */
  unfenced: string[];
  /** Faults of ours that hosts met: a TypeError and its kin. */
  faults: string[];
}

/** What the harness asked for, as it knows it, not as the store has it. */
export interface Schedule {
  jobId: string;
  name: string;
  /** It fires at each minute of store time that this divides; itself a divisor of 60. */
  everyMinutes: number;
  /** Store time by which the job was surely there. */
  from: number;
  policy: 'Allow' | 'Forbid' | 'Replace';
  /** Exit code of attempts 1, 2, …; the last holds for all further ones. */
  codes: number[];
  /** Its backoff limit. */
  retries: number;
  infrastructureRetries: number;
}

export type Kind =
  | 'missed'
  | 'doubled'
  | 'overlapping'
  | 'unplanned'
  | 'early'
  | 'endless'
  | 'over the limit'
  | 'untrue'
  | 'left'
  | 'unfenced'
  | 'fault';

export interface Violation {
  kind: Kind;
  sentence: string;
}

/** One promise. Written from what we promise and not from the code; says only what the history proves. */
export type Check = (history: History) => Violation[];
