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
  /** The network of builds, such as `host`. Default: the engine's own. */
  buildNetwork?: string | undefined;
  clock?: Clock | undefined;
}
