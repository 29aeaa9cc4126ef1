// The public names, listed by hand. Nothing inside imports this file.

export { dockerExecutor } from './docker-executor.ts';
export type { DockerClient } from './engine/client.ts';
export type { DockerHandle, ImageUsed } from './handle.ts';
export type { PullPolicy } from './images/ensure-image.ts';
export type { FindCredential, RegistryAuth, RegistryCredential } from './images/registry-auth.ts';
export type { AllowedMount, BuildLimits, DockerExecutorOptions } from './options.ts';
export type { DockerSpec } from './spec/docker-spec.ts';
export type { UlimitInput } from './spec/quantities.ts';
