import type { KubeObject, Resource } from '../cluster.ts';
import { invalid } from '../http/refusal.ts';
import type { ResourceInfo } from '../resources.ts';
import { checkJob } from './check-job.ts';
import { checkLabels } from './check-labels.ts';
import { checkPodSpec } from './check-pod-spec.ts';
import { dnsLabel, label, qualifiedName, subdomain } from './names.ts';
import { createProblems, type Problems } from './problems.ts';

/** Throws 422 for what the server would not store. */
export function checkNew(info: ResourceInfo, object: KubeObject): void {
  const problems = createProblems();
  checkMetadata(info.resource, object.metadata, problems);
  if (info.resource === 'jobs') checkJob(object, problems);
  if (info.resource === 'pods') checkPodSpec(object.spec, 'spec', problems);
  if (info.resource === 'secrets' || info.resource === 'configmaps') checkData(object, problems);
  if (problems.causes.length) throw invalid(info.kind, info.group, object.metadata.name, problems.causes);
}

const nameRules: Partial<Record<Resource, typeof label>> = { services: dnsLabel, namespaces: label };

function checkMetadata(resource: Resource, metadata: KubeObject['metadata'], problems: Problems): void {
  const rule = nameRules[resource] ?? subdomain;
  if (!metadata.name) problems.required('metadata.name', 'name or generateName is required');
  else if (metadata.name.length > rule.most) {
    problems.invalid('metadata.name', metadata.name, `must be no more than ${rule.most} bytes`);
  } else if (!rule.fits(metadata.name)) problems.invalid('metadata.name', metadata.name, rule.text);
  checkLabels(metadata.labels, 'metadata.labels', problems);
  checkAnnotations(metadata.annotations, 'metadata.annotations', problems);
  for (const [index, owner] of (metadata.ownerReferences ?? []).entries()) {
    for (const field of ['apiVersion', 'kind', 'name', 'uid'] as const) {
      if (!owner[field]) problems.invalid(`metadata.ownerReferences[${index}].${field}`, '', 'must not be empty');
    }
  }
}

const mostAnnotations = 256 * 1024;

function checkAnnotations(annotations: Record<string, string> | undefined, field: string, problems: Problems): void {
  let size = 0;
  for (const [key, value] of Object.entries(annotations ?? {})) {
    if (!qualifiedName.fits(key.toLowerCase())) problems.invalid(field, key, qualifiedName.text);
    size += key.length + Buffer.byteLength(value);
  }
  if (size > mostAnnotations) problems.tooLong(field, mostAnnotations);
}

const mostData = 1024 * 1024;

function checkData(object: KubeObject, problems: Problems): void {
  const isSecret = object.kind === 'Secret';
  let size = 0;
  for (const [key, value] of Object.entries((object.data ?? {}) as Record<string, string>)) {
    if (key.length > 253 || !/^[-._a-zA-Z0-9]+$/.test(key)) {
      problems.invalid(
        `data[${key}]`,
        key,
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
      );
    }
    size += Buffer.byteLength(value, isSecret ? 'base64' : 'utf8');
  }
  if (size > mostData) problems.tooLong('data', mostData);
}
