import type { CdiInfo } from './engine-cdi.ts';
import type { GpuHostConfig } from './gpu-host-config.ts';

/** What is used of a Docker client, to look at the GPUs of its engine. dockerode's fits. */
export interface ProbeEngine {
  info(): Promise<CdiInfo>;
  listContainers(options: { all: boolean; filters: string }): Promise<{ Id: string; Created: number }[]>;
  getContainer(id: string): ProbeContainer;
  createContainer(body: ProbeBody): Promise<ProbeContainer>;
}

export interface ProbeContainer {
  start(): Promise<unknown>;
  wait(): Promise<{ StatusCode: number }>;
  logs(options: { stdout: true; stderr: true; follow: false }): Promise<Uint8Array>;
  remove(options: { force: boolean; v: boolean }): Promise<unknown>;
}

export interface ProbeBody {
  Image: string;
  Entrypoint: string[];
  Cmd: string[];
  Env: string[];
  Labels: Record<string, string>;
  HostConfig: Omit<GpuHostConfig, 'DeviceRequests'> & {
    NetworkMode: 'none';
    DeviceRequests?: { Driver: string; Count?: number; DeviceIDs?: string[]; Capabilities?: string[][] }[];
    DeviceCgroupRules?: string[];
    Binds?: string[];
    PidMode?: string;
  };
}
