import type { AuditEntry } from '../../domain/audit.ts';
import type { StoredDocument } from '../../domain/document.ts';
import type { Job, JobSpec, ScheduleCursor } from '../../domain/job/job.ts';
import type { Attempt, Occurrence, Run } from '../../domain/run/run.ts';
import type { Change } from '../../ports/store.ts';

// Whole records, of which a rule names only what it is about. Ids are made of a few letters: `id('a1')`.

export const id = (text: string): string =>
  [...text]
    .map((letter) => letter.charCodeAt(0).toString(16))
    .join('')
    .padEnd(32, '0');

export const someSpec = (given: Partial<JobSpec> = {}): JobSpec => ({
  name: 'nightly',
  description: '',
  tags: {},
  owner: 'user:system',
  executor: 'process',
  command: ['echo', 'hello'],
  image: null,
  hardware: 'cpu',
  size: 'small',
  priority: 0,
  sources: [
    {
      url: 'https://git.test/a.git',
      ref: 'v1',
      refType: 'tag',
      path: null,
      credential: null,
      submodules: false,
      lfs: false,
    },
  ],
  extraPackages: null,
  env: { GREETING: 'grüß Gott "x" \\ \u2028' },
  secrets: [],
  startScript: null,
  workingDir: null,
  concurrencyPolicy: 'Allow',
  schedule: null,
  backoff: {
    limit: 0,
    initialMs: 10_000,
    factor: 2,
    maxMs: 360_000,
    jitter: 0,
    notOnExitCodes: [3],
    infrastructureLimit: 5,
  },
  limits: { startMs: null, runMs: null, graceMs: 30_000 },
  retention: { maxAgeMs: 1, maxRuns: 1 },
  onPlaceLost: { rule: 'wait', afterMs: null },
  scale: 1,
  executorOptions: {},
  ...given,
});

export const someJob = (given: Partial<Omit<Job, 'spec'>> & { spec?: Partial<JobSpec> } = {}): Job => ({
  id: id('job'),
  revision: 1,
  applied: false,
  pause: null,
  createdAt: 1_000,
  updatedAt: 1_000,
  ...given,
  spec: someSpec(given.spec),
});

export const someCursor = (given: Partial<ScheduleCursor> = {}): ScheduleCursor => ({
  jobId: id('job'),
  nextFireAt: 60_000,
  anchorAt: 1_000,
  ...given,
});

export const someRun = (given: Partial<Run> = {}): Run => ({
  id: id('run'),
  jobId: id('job'),
  revision: 1,
  state: 'queued',
  reason: null,
  sentence: null,
  trigger: 'api',
  requestedBy: 'user:system',
  priority: 0,
  concurrencyPolicy: 'Allow',
  executor: 'process',
  size: 'small',
  place: null,
  overrides: null,
  idempotencyKey: null,
  createdAt: 2_000,
  dueAt: null,
  notBefore: 2_000,
  startBy: null,
  waitsSince: null,
  attempt: 0,
  failures: 0,
  infrastructureFailures: 0,
  startedAt: null,
  endedAt: null,
  commits: null,
  silentSince: null,
  stop: null,
  leaseInstance: null,
  leaseEpoch: 0,
  ...given,
});

export const someAttempt = (given: Partial<Attempt> = {}): Attempt => ({
  runId: id('run'),
  attempt: 1,
  state: 'preparing',
  executor: 'process',
  place: id('place'),
  takes: { cpu: 1, memoryBytes: 2 ** 30 },
  gpus: [],
  handle: null,
  outcome: null,
  phases: [],
  createdAt: 3_000,
  startedAt: null,
  endedAt: null,
  ...given,
});

export const someOccurrence = (given: Partial<Occurrence> = {}): Occurrence => ({
  jobId: id('job'),
  from: 60_000,
  to: given.from ?? 60_000,
  count: 1,
  reason: null,
  runId: null,
  recordedAt: 60_001,
  ...given,
});

export const insertJob = (given: Parameters<typeof someJob>[0] = {}, cursor: ScheduleCursor | null = null): Change => ({
  kind: 'job.insert',
  job: someJob(given),
  cursor,
});

export const insertRun = (given: Partial<Run> = {}): Change => ({ kind: 'run.insert', run: someRun(given) });

export const insertAttempt = (given: Partial<Attempt> = {}): Change => ({
  kind: 'attempt.insert',
  attempt: someAttempt(given),
});

export const someDocument = (given: Partial<StoredDocument> = {}): StoredDocument => ({
  kind: 'secret',
  id: id('doc'),
  owner: 'user:system',
  name: 'token',
  lookup: null,
  revision: 1,
  data: { note: 'grüß Gott "x" \\ \u2028', list: [1, null, { deep: true }] },
  createdAt: 4_000,
  updatedAt: 4_000,
  ...given,
});

export const insertDocument = (given: Partial<StoredDocument> = {}): Change => ({
  kind: 'document.insert',
  document: someDocument(given),
});

export const someEntry = (given: Partial<AuditEntry> = {}): AuditEntry => ({
  id: id('entry'),
  at: 5_000,
  by: { id: 'user:a', name: 'Anna' },
  action: 'secret.changed',
  subject: { kind: 'secret', id: id('doc'), name: 'token' },
  owner: 'user:system',
  details: { before: { note: 'grüß Gott "x" \\ \u2028' }, list: [1, null] },
  ...given,
});

export const insertEntry = (given: Partial<AuditEntry> = {}): Change => ({
  kind: 'audit.insert',
  entry: someEntry(given),
});
