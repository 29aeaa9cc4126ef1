import type { Gpu } from '../domain/gpu/gpu.ts';
import type { Finding } from '../domain/job/finding.ts';
import type { JobSpec, Limits } from '../domain/job/job.ts';
import type { Size } from '../domain/job/size.ts';
import type { Outcome } from '../domain/run/outcome.ts';
import type { Handle } from '../domain/run/run.ts';
import type { ImageBuilder } from './image-builder.ts';
import type { Progress } from './progress.ts';
import type { GitCredential } from './source.ts';

export type { Progress } from './progress.ts';

/**
 * Prepares, starts, watches and removes attempts; knows nothing of schedules, policies or stores.
 *
 * Every verb may be called from another process than the one before it, at any time, more than once: a handle is all
 * that is needed. "It is gone" (`missing`) and "I could not ask" (throw `ExecutorUnavailable`: the call is repeated)
 * are different answers. Every `signal` ends only the call, never the job. `describeExecutor` of the testing kit
 * proves each rule below.
 */
export interface Executor<Spec = unknown> {
  readonly name: string;
  /** false: its attempts die with the process that started them. */
  readonly durable: boolean;

  /** Verified identity of the engine behind us: that Docker engine, that namespace, that data directory. */
  place(signal: AbortSignal): Promise<string>;

  /**
   * Refuses at save what this executor can never run. Gets the parts of the job that concern an executor; throws a
   * `RunyardError` with the field. What it returns is `launch.spec`; it must be plain JSON.
   */
  parseSpec(input: ExecutorInput): Spec;

  /**
   * Create-or-adopt by `launch.key` something **inert**: nothing of the user's may run yet. Names and labels derive
   * from the key.
   * - Ours and started: return its handle and touch nothing.
   * - Ours and inert: remove it by its own id and create anew (or adopt, where there is nothing to fill).
   * - Same name, not ours: throw `ExecutorConflict`, touch nothing.
   * Fetches sources, where the engine allows. What can never work throws `startFailed(…)`, what failed around it `infrastructureFailed(…)`.
   * A preparation that was overtaken by another one of the same key throws `ExecutorUnavailable`: it is asked for again.
   */
  prepare(launch: Launch<Spec>, signal: AbortSignal): Promise<Handle>;

  /**
   * Optional, for executors that are not durable and whose `prepare` needs nothing but the key: does at once what `prepare`
   * does, so that the handle is recorded together with the key, in one write. Costs nothing and never throws. Where it comes
   * to no record, `remove` takes away what was made; `start` finds out whatever else `prepare` would have.
   */
  reserve?(key: string, installation: string): Handle;

  /** Starts exactly the handle's object, by its unique id. Idempotent. Never creates: throws `AttemptMissing` where it is gone. */
  start(handle: Handle, options: { launch: Launch<Spec>; signal: AbortSignal }): Promise<void>;

  inspect(handle: Handle, signal: AbortSignal): Promise<Inspection>;

  /**
   * Resolves with the outcome once the attempt has ended, also when it had ended before; from any process, many
   * times, until `remove`. Calls `onProgress` with at least the present state. Aborting it never stops the job.
   */
  wait(handle: Handle, options: { signal: AbortSignal; onProgress(progress: Progress): void }): Promise<Outcome>;

  /** TERM, `graceMs`, KILL, for the whole process tree. Resolves once nothing runs; succeeds when it is gone already. */
  stop(handle: Handle, options: { graceMs: number; signal: AbortSignal }): Promise<void>;

  /** Leaves nothing of the attempt. Succeeds when it is gone already. */
  remove(handle: Handle, signal: AbortSignal): Promise<void>;

  /**
   * Optional. The raw output from `after` (a cursor of this executor, exclusive) on; ends at the end of the log, or
   * with `follow` once the attempt has ended and all was read.
   */
  logs?(handle: Handle, options: { after?: string; follow?: boolean; signal: AbortSignal }): AsyncIterable<LogChunk>;

  /** Optional. What carries this installation's label at our place, for the sweeper. */
  list?(installation: string, signal: AbortSignal): AsyncIterable<Listed>;

  /**
   * Optional: what can be told of a job before it runs: an image that is not there, a program that is not on the path. Changes nothing. What could
   * not be asked is a finding `not-asked`, or a throw of `ExecutorUnavailable`; never an error of the job.
   */
  check?(spec: Spec, job: ExecutorInput, signal: AbortSignal): Promise<readonly Finding[]>;

  /** Optional, for executors bound to a host: what there is to share out. */
  capacity?(signal: AbortSignal): Promise<Capacity>;

  /** Optional: builds images, so that a job may say what its image is built from. */
  images?: ImageBuilder;

  /** Lets go of connections and timers. Never stops a durable attempt. */
  close?(options?: { graceMs: number }): Promise<void>;
}

/** The part of a job that an executor may refuse. */
export type ExecutorInput = Pick<
  JobSpec,
  | 'command'
  | 'image'
  | 'hardware'
  | 'size'
  | 'sources'
  | 'extraPackages'
  | 'env'
  | 'secrets'
  | 'startScript'
  | 'workingDir'
  | 'scale'
  | 'executorOptions'
  | 'owner'
>;

/** Everything that an attempt needs; rebuilt for `start`, with secrets resolved afresh. */
export interface Launch<Spec = unknown> {
  /** `<runId>.<attempt>`. */
  key: string;
  /** Our label: 32 hex digits. */
  installation: string;
  spec: Spec;
  size: Size;
  /** UUIDs of the GPUs that the attempt holds: it sees these and no others. */
  gpus: readonly string[];
  sources: readonly LaunchSource[];
  /** Exactly what the job asks for, and the RUNYARD_ variables. No secrets. */
  env: Readonly<Record<string, string>>;
  /** Values; never to be written into the handle, argv or the log. */
  secrets: readonly LaunchSecret[];
  script: LaunchScript;
  /** Kept by the engine; for executors whose objects have to outlast them, or have to know the grace beforehand. */
  limits: Limits;
  onProgress(progress: Progress): void;
  /** Writes a line of ours into the attempt's log. */
  log(line: string): void;
}

export interface LaunchSource {
  url: string;
  commit: string;
  /** Relative to the workspace; '.' is the workspace itself. */
  path: string;
  /** Clones exactly that commit into the folder, which must not exist or be empty. */
  checkout(dir: string, signal: AbortSignal): Promise<void>;
  /** What follows is for executors whose engine fetches by itself. null: the default branch. */
  ref: string | null;
  submodules: boolean;
  lfs: boolean;
  /** null: the job names none. Throws `startFailed('unknown-credential', …)`, and `ExecutorUnavailable` where it could not be asked for. */
  credential(signal: AbortSignal): Promise<GitCredential | null>;
}

export interface LaunchSecret {
  type: 'environment_variable' | 'file';
  location: string;
  value: string;
}

/**
 * The generated script: extra packages, start script, working directory, command. Whoever runs it
 * may set `RUNYARD_PHASE_FILE`, into which it notes where it is and how it failed (see `scriptOutcome`), and `RUNYARD_SCRATCH_DIR`, a
 * folder that ends with the attempt.
 */
export interface LaunchScript {
  /** `bash` where a start script needs it, else `sh`. */
  shell: 'sh' | 'bash';
  text: string;
  /** The script prints `<marker> <phase>` on a line of its own as each phase begins. */
  marker: string;
}

export type Inspection =
  | { state: 'prepared' }
  | { state: 'waiting'; sentence?: string }
  | { state: 'running' }
  | { state: 'finished'; outcome: Outcome }
  | { state: 'missing' };

export interface LogChunk {
  /** Pass as `after` to go on behind this chunk. */
  cursor: string;
  stream: 'stdout' | 'stderr' | 'output';
  /** Epoch ms, where the engine stamps its output; else it is stamped on arrival. */
  at?: number;
  bytes: Uint8Array;
}

export interface Listed {
  key: string;
  handle: Handle;
  state: Inspection['state'];
  createdAt: number;
  /** UUIDs of the GPUs that it was made with; absent: none. */
  gpus?: readonly string[];
}

export interface Capacity {
  cpu: number;
  memoryBytes: number;
  gpus: readonly Gpu[];
}
