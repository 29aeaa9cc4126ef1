import type { KubeObject } from '../cluster.ts';
import { completeNamespace } from '../objects/namespaces.ts';
import type { ResourceInfo } from '../resources.ts';
import { jobDefaults } from './job-defaults.ts';
import { podDefaults } from './pod-defaults.ts';
import { withoutEmpty } from './without-empty.ts';

/** Fills in what the API server fills in, in place. */
export function setDefaults({ resource }: ResourceInfo, object: KubeObject): void {
  if (resource === 'jobs') jobDefaults(object);
  else if (resource === 'pods') {
    object.spec = withoutEmpty(object.spec ?? {});
    object.metadata.generation ??= 1;
    podDefaults(object.spec);
    object.status ??= { phase: 'Pending' };
  } else if (resource === 'secrets') secretDefaults(object);
  else if (resource === 'services') serviceDefaults(object);
  else if (resource === 'resourceclaimtemplates') claimDefaults(object);
  else if (resource === 'namespaces' && !object.status) completeNamespace(object);
}

function secretDefaults(secret: KubeObject): void {
  const { stringData, ...rest } = secret as KubeObject & {
    data?: Record<string, string>;
    stringData?: Record<string, string>;
  };
  const encoded = Object.entries(stringData ?? {}).map(([name, text]) => [name, Buffer.from(text).toString('base64')]);
  if (encoded.length) secret.data = { ...rest.data, ...Object.fromEntries(encoded) };
  delete secret.stringData;
  secret.type ??= 'Opaque';
}

function serviceDefaults(service: KubeObject): void {
  service.spec ??= {};
  const { spec } = service;
  spec.type ??= 'ClusterIP';
  spec.clusterIP ??= '10.96.0.10';
  spec.clusterIPs ??= [spec.clusterIP];
  spec.sessionAffinity ??= 'None';
  spec.ipFamilies ??= ['IPv4'];
  spec.ipFamilyPolicy ??= 'SingleStack';
  spec.internalTrafficPolicy ??= 'Cluster';
  for (const port of spec.ports ?? []) {
    port.protocol ??= 'TCP';
    port.targetPort ??= port.port;
  }
  service.status ??= { loadBalancer: {} };
}

function claimDefaults(template: KubeObject): void {
  for (const request of template.spec?.spec?.devices?.requests ?? []) {
    if (!request.exactly) continue;
    request.exactly.allocationMode ??= 'ExactCount';
    if (request.exactly.allocationMode === 'ExactCount') request.exactly.count ??= 1;
  }
}
