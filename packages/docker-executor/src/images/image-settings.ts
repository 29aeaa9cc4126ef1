import type { Clock } from '@runyard/core';
import type { PullPolicy } from './ensure-image.ts';
import type { FindCredential, RegistryAuth } from './registry-auth.ts';

/** What a host says of images once, for all jobs of an executor. */
export interface ImageSettings {
  /** Also of the bases of builds. Default `missing`. */
  pull?: PullPolicy | undefined;
  /** Credentials by registry; see `RegistryAuth`. Default: none. */
  registryAuth?: RegistryAuth | undefined;
  /** Finds the credential that a job names. Default: there are none. */
  findCredential?: FindCredential | undefined;
  /** The bounds of a build. Default: the engine's. */
  builds?: BuildBounds | undefined;
  clock?: Clock | undefined;
}

export interface BuildBounds {
  /** Who may build. Default: everybody. */
  allow?: boolean | readonly string[] | undefined;
  /** Cores. */
  cpu?: number | undefined;
  /** Bytes; no swap comes to it. */
  memory?: number | undefined;
  network?: string | undefined;
  timeoutMs?: number | undefined;
}
