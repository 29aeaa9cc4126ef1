import type { GpuRequest } from '@runyard/core';
import type { Settings } from '../options.ts';
import type { AttemptInput } from './attempt.ts';
import { deviceRequest } from './gpus/claim.ts';
import { type Manifest, type Owner, ownedBy } from './manifest.ts';
import { attemptLabels, attemptNames } from './names.ts';

/** What each pod of the attempt claims by DRA. null: nothing. */
export const claimTemplateManifest = ({ launch, settings, nonce }: AttemptInput, owner: Owner): Manifest | null => {
  const spec = claimSpec(launch.size.gpu, settings);
  if (spec === null) return null;
  const metadata = {
    name: attemptNames(launch, nonce).dependents,
    labels: attemptLabels(launch),
    ownerReferences: ownedBy(owner),
  };
  return claimTemplate(metadata, spec);
};

/** The claim that a size's GPUs are; null where they come otherwise. */
export const claimSpec = (gpu: GpuRequest | null, { gpus }: Pick<Settings, 'gpus'>): object | null =>
  gpu === null || gpus.dra === undefined ? null : { devices: { requests: [deviceRequest(gpu, gpus, gpus.dra)] } };

export const claimTemplate = (metadata: Manifest['metadata'], spec: object): Manifest => ({
  apiVersion: 'resource.k8s.io/v1',
  kind: 'ResourceClaimTemplate',
  metadata,
  // The claims are told apart by the labels of their template.
  spec: { metadata: { labels: metadata.labels }, spec },
});
