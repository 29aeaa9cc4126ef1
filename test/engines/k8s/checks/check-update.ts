import type { KubeObject } from '../cluster.ts';
import type { ResourceInfo } from '../resources.ts';

export function checkUpdate(_info: ResourceInfo, _before: KubeObject, _after: KubeObject): void {}
