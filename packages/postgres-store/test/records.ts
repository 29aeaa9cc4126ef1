import { type Attempt, type Change, defaults, type Job, type Run, type ScheduleCursor } from '@runyard/core';

/** An id made of a few letters. */
export const id = (text: string): string => Buffer.from(text).toString('hex').padEnd(32, '0');

export const job = (name: string): Job => ({
  id: id(name),
  revision: 1,
  applied: false,
  pause: null,
  createdAt: 1,
  updatedAt: 1,
  spec: {
    ...{ name, description: '', tags: {}, owner: 'user:system', executor: 'process', command: ['echo'], image: null },
    ...{ hardware: 'cpu', size: 'small', priority: 0, sources: [], extraPackages: null, env: {}, secrets: [] },
    ...{ startScript: null, workingDir: null, concurrencyPolicy: 'Allow', schedule: null },
    backoff: { ...defaults.backoff, notOnExitCodes: [] },
    limits: { startMs: null, runMs: null, graceMs: 30_000 },
    retention: { maxAgeMs: 1, maxRuns: 1 },
    onPlaceLost: { rule: 'wait', afterMs: null },
    scale: 1,
    executorOptions: {},
  },
});

export const insertJob = (name: string, cursor: ScheduleCursor | null = null): Change => ({
  kind: 'job.insert',
  job: job(name),
  cursor,
});

export const run = (given: Partial<Run> = {}): Run => ({
  ...{ id: id('run'), jobId: id('job'), revision: 1, state: 'queued', reason: null, sentence: null, trigger: 'api' },
  ...{ requestedBy: 'user:system', priority: 0, concurrencyPolicy: 'Allow', executor: 'process', size: 'small' },
  ...{ place: null, overrides: null, idempotencyKey: null, createdAt: 2_000, dueAt: null, notBefore: 2_000 },
  ...{ startBy: null, waitsSince: null, attempt: 0, failures: 0, infrastructureFailures: 0, startedAt: null },
  ...{ endedAt: null, commits: null, silentSince: null, stop: null, leaseInstance: null, leaseEpoch: 0 },
  ...given,
});

export const insertRun = (given: Partial<Run> = {}): Change => ({ kind: 'run.insert', run: run(given) });

export const attempt = (given: Partial<Attempt> = {}): Attempt => ({
  ...{ runId: id('run'), attempt: 1, state: 'preparing', executor: 'process', place: id('place'), handle: null },
  ...{
    takes: { cpu: 1, memoryBytes: 2 ** 20 },
    outcome: null,
    gpus: [],
    phases: [],
    createdAt: 3_000,
    startedAt: null,
  },
  endedAt: null,
  ...given,
});
