// What is read of the engine's answers, as its API reference calls them.

import type { CdiInfo } from '../gpus/engine-cdi.ts';

export interface EngineInfo extends CdiInfo {
  ID: string;
  NCPU: number;
  MemTotal: number;
  DockerRootDir?: string;
}

export interface EngineVersion {
  ApiVersion: string;
  Version: string;
}

export type ContainerStatus = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

export interface ContainerState {
  Status: ContainerStatus;
  OOMKilled: boolean;
  ExitCode: number;
  Error: string;
  /** `0001-01-01T00:00:00Z`: never. */
  StartedAt: string;
  FinishedAt: string;
}

export interface Container {
  Id: string;
  Created: string;
  State: ContainerState;
  Config: { Labels: Record<string, string> | null; User: string; Cmd: string[] | null; OpenStdin: boolean };
}

/** A line of the list of containers. */
export interface ListedContainer {
  Id: string;
  /** Seconds. */
  Created: number;
  State: ContainerStatus;
  Labels: Record<string, string> | null;
}

export interface ListedVolume {
  Name: string;
  CreatedAt?: string;
  Labels: Record<string, string> | null;
}
