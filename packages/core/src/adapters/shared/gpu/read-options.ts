import type { GpuReading, RunTool } from './gpu-device.ts';

export interface ReadOptions {
  run: RunTool;
  signal: AbortSignal;
  /** Marks what other programs compute on as `busy`. Default false. */
  avoidForeign?: boolean;
  /** Where it can be told without running anything: whether there is an AMD driver. */
  hasKfd?(): boolean;
}

export const withProblem = (problem: string): GpuReading => ({ gpus: [], problem });
