import { infrastructureFailed, isAttemptFailed, isRunyardError, startFailed } from '@runyard/core';
import type { EngineAuth } from './docker-images.ts';
import { type ImageReference, registryHost } from './image-reference.ts';

/** What a registry lets one in with. */
export type RegistryCredential = { username: string; password: string } | { identitytoken: string };

/** By registry, such as `docker.io` or `registry.example:5000`; a function is asked at each pull, so that short-lived tokens work. */
export type RegistryAuth = Readonly<Record<string, RegistryCredential | (() => Promise<RegistryCredential>)>>;

/** Finds a credential that a job names; null: there is none of that name for that owner, or that registry must not get it. */
export type FindCredential = (
  name: string,
  options: {
    /** Whose job it is: `user:<id>`, `group:<id>`. */
    owner: string;
    /** Which registry it will be sent to, as the job's image names it: `docker.io`, `registry.example:5000`. */
    registry: string;
    signal: AbortSignal;
  },
) => Promise<RegistryCredential | null>;

export interface RegistryAuthQuery {
  reference: ImageReference;
  registryAuth?: RegistryAuth | undefined;
  /** The name that the job gives; it wins over `registryAuth`. */
  credential?: string | null | undefined;
  owner?: string | undefined;
  findCredential?: FindCredential | undefined;
  signal: AbortSignal;
}

/**
 * With what an image is pulled; null: without. What goes wrong names the credential and never a value, nor the words of who was
 * asked, which may hold one.
 */
export const registryAuthFor = async (query: RegistryAuthQuery): Promise<EngineAuth | null> => {
  const { reference, registryAuth = {}, credential, owner = '', findCredential, signal } = query;
  const registry = reference.host;
  if (credential != null) {
    const found = await asked(
      `'${credential}'`,
      async () => (await findCredential?.(credential, { owner, registry, signal })) ?? null,
      signal,
    );
    if (found) return engineAuth(registry, found);
    throw startFailed('unknown-credential', `There is no registry credential '${credential}' that this job may use.`);
  }
  const entry = Object.entries(registryAuth).find(([host]) => registryHost(host) === reference.host)?.[1];
  if (entry === undefined) return null;
  const found = typeof entry === 'function' ? await asked(`of ${reference.host}`, entry, signal) : entry;
  return engineAuth(reference.host, found);
};

const asked = async <T>(which: string, ask: () => Promise<T>, signal: AbortSignal): Promise<T> => {
  try {
    return await ask();
  } catch (error) {
    signal.throwIfAborted();
    if (isAttemptFailed(error) || isRunyardError(error)) throw error;
    throw infrastructureFailed('credential-unavailable', `The registry credential ${which} could not be asked for.`);
  }
};

const engineAuth = (host: string, credential: RegistryCredential): EngineAuth => {
  const serveraddress = host === 'docker.io' ? 'https://index.docker.io/v1/' : host;
  return 'identitytoken' in credential
    ? { serveraddress, identitytoken: credential.identitytoken }
    : { serveraddress, username: credential.username, password: credential.password };
};
