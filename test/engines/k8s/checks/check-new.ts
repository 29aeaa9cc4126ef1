import type { KubeObject } from '../cluster.ts';
import type { ResourceInfo } from '../resources.ts';

export function checkNew(_info: ResourceInfo, _object: KubeObject): void {}
