import type { AttemptInput } from './attempt.ts';
import { type Manifest, type Owner, ownedBy } from './manifest.ts';
import { attemptLabels, attemptNames } from './names.ts';

/** By it the pods of one run find each other, also before they are ready: `<job>-<rank>.<service>`. null: there is one pod. */
export const serviceManifest = ({ launch, nonce }: AttemptInput, owner: Owner): Manifest | null =>
  launch.spec.scale === 1
    ? null
    : headlessService(attemptNames(launch, nonce).dependents, attemptLabels(launch), ownedBy(owner));

/** A name for each pod that carries all these labels. */
export const headlessService = (
  name: string,
  labels: Record<string, string>,
  ownerReferences?: Manifest['metadata']['ownerReferences'],
): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, labels, ...(ownerReferences !== undefined && { ownerReferences }) },
  spec: { clusterIP: 'None', publishNotReadyAddresses: true, selector: labels },
});
