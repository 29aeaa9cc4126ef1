/** The stored definition of a job, as the engine sees it: every default is filled in. */
export interface JobSpec {
  /** Unique for its owner. 1 to 200 characters. */
  name: string;
  description: string;
  tags: Record<string, string>;
  /** `user:<id>` or `group:<id>`. */
  owner: string;
  /** Name of an executor in `createRunyard({ executors })`. */
  executor: string;
  /** A string is run by `sh -c`; a list is executed as it is, without a shell. */
  command: string | string[];
  /** null: whatever its executor uses without one. */
  image: JobImage | null;
  hardware: 'cpu' | 'gpu';
  /** Name of an entry in `createRunyard({ sizes })`. */
  size: string;
  /** Higher is admitted first. */
  priority: number;
  sources: SourceSpec[];
  extraPackages: ExtraPackages | null;
  env: Record<string, string>;
  secrets: SecretAttachment[];
  /** Bash, run after the extra packages and before the command. What it exports, the command sees. */
  startScript: string | null;
  /** Relative to the workspace; null is the workspace itself. */
  workingDir: string | null;
  concurrencyPolicy: ConcurrencyPolicy;
  schedule: ScheduleSpec | null;
  backoff: Backoff;
  limits: Limits;
  retention: Retention;
  onPlaceLost: OnPlaceLost;
  /** How many machines a run asks for. */
  scale: number;
  /** What only the job's executor understands and judges: of Docker its mounts, network, user and the like. Plain JSON. */
  executorOptions: Record<string, unknown>;
}

export type ConcurrencyPolicy = 'Allow' | 'Forbid' | 'Replace';

export interface SourceSpec {
  url: string;
  /** Branch, tag or commit; null is the default branch. */
  ref: string | null;
  /** null: looked for as branch, then tag, then commit. */
  refType: 'branch' | 'tag' | 'commit' | null;
  /** Folder in the workspace; null: the workspace itself for a single source, else the repository's name. */
  path: string | null;
  /** Name that the secret provider knows. */
  credential: string | null;
  submodules: boolean;
  lfs: boolean;
}

export interface ExtraPackages {
  apt: string[];
  conda: string[];
  pip: string[];
  cran: string[];
  requirementsTxt: string | null;
  environmentYml: string | null;
}

/** A name, or what to build one from: built at the first start, looked up at every later one. */
export type JobImage = string | { build: ImageBuild };

/** What an image is built from: a base, and what is installed into it. All of it can be read in the image. */
export interface ImageBuild extends ExtraPackages {
  /** Name of the image to begin with. */
  base: string;
  /** Bash (sh where the base has none), run as root after everything else; the first command that fails ends the build. */
  postBuild: string | null;
}

export interface SecretAttachment {
  /** Name that the secret provider knows. */
  name: string;
  type: 'environment_variable' | 'file';
  /** Variable name, or path of the file. */
  location: string;
}

export interface ScheduleSpec {
  cron: string;
  timezone: string | null;
  dst: 'once' | 'robfig';
  missed: MissedRule;
  enabled: boolean;
  /** Epoch ms; nothing is due before. */
  startsAt: number | null;
  /** Epoch ms; nothing is due after. */
  endsAt: number | null;
  jitterMs: number;
}

export interface MissedRule {
  rule: 'skip' | 'latest' | 'all';
  windowMs: number;
  /** Bounds the runs started by one catch-up. */
  cap: number;
}

export interface Backoff {
  /** Retries after the first attempt; 0 = one attempt, as in Kubernetes. */
  limit: number;
  initialMs: number;
  factor: number;
  maxMs: number;
  /** 0 to 1: the share of the delay that is random. */
  jitter: number;
  notOnExitCodes: number[];
  /** Retries after infrastructure failures, counted apart. */
  infrastructureLimit: number;
}

export interface Limits {
  /** From creation to running; null = none. */
  startMs: number | null;
  /** From running to the end of an attempt; null = none. */
  runMs: number | null;
  /** Between TERM and KILL. */
  graceMs: number;
}

export interface Retention {
  maxAgeMs: number;
  maxRuns: number;
}

export interface OnPlaceLost {
  rule: 'wait' | 'assume-gone';
  afterMs: number | null;
}

/** A job as it is stored. */
export interface Job {
  id: string;
  /** Raised by each edit; a run keeps the revision that it was created from. */
  revision: number;
  spec: JobSpec;
  /** Made by `jobs.apply`, so `prune` may remove it. */
  applied: boolean;
  /** Set by hand; a schedule with a pause does not fire. */
  pause: { at: number; by: string; note: string | null } | null;
  createdAt: number;
  updatedAt: number;
}

/** Where a job's schedule stands. */
export interface ScheduleCursor {
  jobId: string;
  /** The next instant that has no ledger row yet; null: none will come. */
  nextFireAt: number | null;
  /** From where `@every` counts. */
  anchorAt: number;
}
