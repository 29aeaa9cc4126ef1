import type { Launch } from '@runyard/core';
import { isRefusal } from '../api/faults.ts';
import type { Ground } from '../ground.ts';
import { claimTemplateManifest } from '../manifest/claim-template-manifest.ts';
import type { AttemptNames } from '../manifest/names.ts';
import { secretManifest } from '../manifest/secret-manifest.ts';
import { serviceManifest } from '../manifest/service-manifest.ts';
import { paths } from '../paths.ts';
import type { K8sSpec } from '../spec/k8s-spec.ts';
import { asLaunchFault } from './launch-fault.ts';

export interface Dependents {
  ground: Ground;
  names: AttemptNames;
  owner: { name: string; uid: string };
  signal: AbortSignal;
}

/** What a Job's pods need beside it. Their names end with the Job's own nonce, so one that is there already is this one's. */
export const createDependents = async (
  launch: Launch<K8sSpec>,
  { ground, names, owner, signal }: Dependents,
): Promise<void> => {
  const { api, namespace, settings } = ground;
  const places = paths(namespace);
  const make = async (path: string, body: unknown): Promise<void> => {
    if (body === null) return;
    await asLaunchFault(async () => {
      try {
        await api.ask({ method: 'POST', path, body, signal });
      } catch (error) {
        if (!isRefusal(error, 409)) throw error;
      }
    });
  };
  const made = { settings, namespace, names, owner };
  await make(places.secrets, await secretManifest(launch, { ...made, signal }));
  await make(places.services, serviceManifest(launch, made));
  await make(places.claimTemplates, claimTemplateManifest(launch, made));
};

/** Puts the secrets as they are now into a Job's Secret. */
export const rewriteSecret = async (
  launch: Launch<K8sSpec>,
  { ground, names, owner, signal }: Dependents,
): Promise<void> => {
  const { api, namespace, settings } = ground;
  const body = await secretManifest(launch, { settings, namespace, names, owner, signal });
  await asLaunchFault(() => api.ask({ method: 'PUT', path: paths(namespace).secret(names.secret), body, signal }));
};
