import type { ImageBuild } from '../domain/job/job.ts';
import type { Progress } from './progress.ts';

/**
 * Builds images where an executor's attempts can use them. A build is known by all that goes into it, the bytes of its base
 * included: the same build asked for again, at once or later, is a lookup. What was built stays until somebody removes it there.
 */
export interface ImageBuilder {
  /**
   * Throws `forbidden` where the host lets none of `owners` build; `startFailed('image-build', …)`, ending with what the build said last, `infrastructureFailed(…)` where something around it
   * failed, and `ExecutorUnavailable`. Aborting ends the build once nobody else waits for it.
   */
  build(spec: ImageBuild, options: ImageBuildOptions): Promise<BuiltImage>;
  /** By its tag or id; null: there is none, or it was not built by us. */
  get(ref: string, signal: AbortSignal): Promise<BuiltImage | null>;
  /** Newest first. */
  list(signal: AbortSignal): Promise<BuiltImage[]>;
}

export interface ImageBuildOptions {
  /** For whom: any of these, `user:<id>` or `group:<id>`, has to be let build by the host. Absent: for the host itself, or a job that was let already. */
  owners?: readonly string[];
  signal: AbortSignal;
  /** A line of the build's output. */
  log(line: string): void;
  onProgress(progress: Progress): void;
}

export interface BuiltImage {
  /** A job may name it as its `image`. The same inputs have the same tag, on any machine. */
  tag: string;
  /** The engine's own name of its bytes. */
  id: string;
  /** The base as it was asked for. */
  base: string;
  /** Epoch ms. */
  createdAt: number;
  sizeBytes: number;
}
