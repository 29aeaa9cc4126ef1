import type { ResourceInfo } from '../resources.ts';

export function decode(_info: ResourceInfo, _body: object): string[] {
  return [];
}
