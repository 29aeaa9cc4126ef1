import type { Resource } from './cluster.ts';

/** One kind of object, and where its paths lie. */
export interface ResourceInfo {
  resource: Resource;
  /** Empty for the core group. */
  group: string;
  version: string;
  kind: string;
  namespaced: boolean;
}

const table: readonly [Resource, string, string][] = [
  ['namespaces', '', 'Namespace'],
  ['jobs', 'batch', 'Job'],
  ['pods', '', 'Pod'],
  ['events', '', 'Event'],
  ['secrets', '', 'Secret'],
  ['configmaps', '', 'ConfigMap'],
  ['services', '', 'Service'],
  ['resourceclaimtemplates', 'resource.k8s.io', 'ResourceClaimTemplate'],
];

const infos = new Map<Resource, ResourceInfo>(
  table.map(([resource, group, kind]) => [
    resource,
    { resource, group, version: 'v1', kind, namespaced: resource !== 'namespaces' },
  ]),
);

export const allResources: readonly ResourceInfo[] = [...infos.values()];

export function infoOf(resource: Resource): ResourceInfo {
  const info = infos.get(resource);
  if (!info) throw new Error(`There is no resource "${resource}" in this stand-in for an API server.`);
  return info;
}

/** Of a path's parts; undefined: the server has no such resource. */
export function findResource(group: string, version: string, resource: string): ResourceInfo | undefined {
  const info = infos.get(resource as Resource);
  return info?.group === group && info.version === version ? info : undefined;
}

export const apiVersionOf = (info: ResourceInfo) => (info.group ? `${info.group}/${info.version}` : info.version);

/** As error texts name it: `jobs.batch`, `pods`. */
export const qualifiedResource = (info: ResourceInfo) =>
  info.group ? `${info.resource}.${info.group}` : info.resource;

/** As error texts name it: `Job.batch`, `Pod`. */
export const qualifiedKind = (info: ResourceInfo) => (info.group ? `${info.kind}.${info.group}` : info.kind);
