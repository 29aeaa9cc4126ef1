import type { GitCredential } from '@runyard/core';
import { isAbsent, isTaken } from '../api/refusal.ts';
import type { Ground } from '../ground.ts';
import type { AttemptInput } from '../manifest/attempt.ts';
import { claimTemplateManifest } from '../manifest/claim-template.ts';
import type { Manifest, Owner } from '../manifest/manifest.ts';
import { attemptNames } from '../manifest/names.ts';
import { secretManifest } from '../manifest/secret.ts';
import { serviceManifest } from '../manifest/service.ts';
import { paths } from '../paths.ts';
import { asLaunchFault } from './launch-fault.ts';

export interface Dependents {
  ground: Ground;
  owner: Owner;
  credentials: readonly (GitCredential | null)[];
  signal: AbortSignal;
}

/** What a Job's pods need beside it. Their names end with the Job's own nonce, so one that is there already is this one's. */
export const createDependents = async (
  input: AttemptInput,
  { ground, owner, credentials, signal }: Dependents,
): Promise<void> => {
  const { api, namespace } = ground;
  const places = paths(namespace);
  const make = async (path: string, body: Manifest | null): Promise<void> => {
    if (body === null) return;
    try {
      await asLaunchFault(body, () => api.ask({ method: 'POST', path, body, signal }));
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  };
  await make(places.secrets, secretManifest(input, { owner, credentials }));
  await make(places.services, serviceManifest(input, owner));
  await make(places.claimTemplates, claimTemplateManifest(input, owner));
};

/** Puts the secrets as they are now into a Job's Secret. */
export const rewriteSecret = async (input: AttemptInput, dependents: Dependents): Promise<void> => {
  const { ground, owner, credentials, signal } = dependents;
  const { api, namespace } = ground;
  const body = secretManifest(input, { owner, credentials });
  const path = paths(namespace).secret(attemptNames(input.launch, input.nonce).dependents);
  const isThere = await asLaunchFault(body, async () => {
    try {
      await api.ask({ method: 'PUT', path, body, signal });
      return true;
    } catch (error) {
      if (isAbsent(error)) return false;
      throw error;
    }
  });
  // Somebody has deleted it.
  if (!isThere) await createDependents(input, dependents);
};
