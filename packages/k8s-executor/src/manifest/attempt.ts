import type { Launch } from '@runyard/core';
import type { Settings } from '../options.ts';
import type { K8sSpec } from '../spec/k8s-spec.ts';
import { refuseUnlaunchable } from './launchable.ts';

/** What the objects of an attempt are made from. The same input makes the same objects. */
export interface AttemptInput {
  launch: Launch<K8sSpec>;
  settings: Settings;
  /** 8 hex digits, for the name of the Secret. */
  nonce: string;
}

/** Throws `startFailed` for a job that was saved under other options than the host has now, or whose size does not hold what it asks for. */
export const attemptInput = (
  launch: Launch<Partial<K8sSpec>>,
  { settings, nonce }: Pick<AttemptInput, 'settings' | 'nonce'>,
): AttemptInput => {
  const { image = null, owner = '', scale = 1, wishes = {} } = launch.spec;
  const spec: K8sSpec = { image, owner, scale, wishes };
  refuseUnlaunchable({ spec, size: launch.size }, settings);
  return { launch: { ...launch, spec }, settings, nonce };
};
