import type { KubeObject } from '../cluster.ts';
import type { ResourceInfo } from '../resources.ts';

export function setDefaults(_info: ResourceInfo, _object: KubeObject): void {}
