// The public names, listed by hand. Nothing inside imports this file.

export { dockerExecutor } from './docker-executor.ts';
export type { DockerClient } from './engine/client.ts';
export type { DockerHandle, ImageUsed } from './handle.ts';
export type { PullPolicy } from './images/ensure-image.ts';
export type { RegistryAuth, RegistryCredential } from './images/registry-auth.ts';
export type { AllowedMount, DockerExecutorOptions, UlimitInput } from './options.ts';
export type { DockerSpec } from './spec/parse-spec.ts';
