import type { Gpu } from '../../../domain/gpu/gpu.ts';

/** A GPU together with what has to be known to hand it to a job. One that a host lists itself needs no more than a `Gpu`. */
export interface GpuDevice extends Gpu {
  /** Default `nvidia`. */
  vendor?: 'nvidia' | 'amd';
  /** Of an AMD GPU: its render node, `/dev/dri/renderD128`. */
  renderNode?: string;
  /** Of an AMD GPU: the numbers of the groups that own its nodes, `video` and `render` there. A container's user has to be in them. */
  groups?: readonly number[];
  /** Of an AMD GPU: its place among its kind, from 0, for programs that cannot be told its UUID. */
  index?: number;
  /** The name under which the engine's CDI knows it, where that is not `nvidia.com/gpu=<uuid>`. */
  cdi?: string;
}

/** What was found. `problem`: a sentence that says why nothing, or not all of it, could be told. */
export interface GpuReading {
  gpus: readonly GpuDevice[];
  problem?: string;
}

export interface ToolAnswer {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs a small tool where the GPUs are: here, or in a container there. null: there is no such tool. Rejects when it cannot be
 * said what it answered: aborted, took too long, the engine is away.
 */
export type RunTool = (command: string, args: readonly string[], signal: AbortSignal) => Promise<ToolAnswer | null>;
