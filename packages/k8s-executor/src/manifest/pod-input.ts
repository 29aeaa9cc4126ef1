import type { Size } from '@runyard/core';
import type { Settings } from '../options.ts';
import type { K8sSpec } from '../spec/k8s-spec.ts';
import type { PlainObject } from './plain-object.ts';

export interface PodInput {
  spec: K8sSpec;
  settings: Settings;
  size: Size;
  graceMs: number;
  shell: 'sh' | 'bash';
  labels: Readonly<Record<string, string>>;
  /** Variables of the container `job`. */
  env: readonly PlainObject[];
  /** What lies at `/runyard-secret`, as the source of a volume: of `job`, and of `source`; null: nothing is fetched. */
  secret: { job: PlainObject; source: PlainObject | null };
  /** Secrets become files. */
  placesFiles: boolean;
  /** ssh runs in `source`, as a user whom the image need not know. */
  namesUser: boolean;
  /** The Service by which several pods find each other; null: there is one. */
  service: string | null;
  /** The template of the claim by which its devices come, where they come so. */
  claimTemplate: string;
}
