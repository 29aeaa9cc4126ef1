import type Docker from 'dockerode';
import type { Stage } from '../shared/stage.ts';
import type { Hosts } from './hosts.ts';

/** What the parts of the kubelet share. */
export interface KubeletParts {
  stage: Stage;
  docker: Docker;
  /** On each container of this cluster. */
  label: string;
  /** Names that pods may use for images of the engine. */
  images: Readonly<Record<string, string>>;
  hosts: Hosts;
  /** Aborted when the cluster is taken down: then nothing is told any more, and nothing gets any grace. */
  closing: AbortSignal;
}
