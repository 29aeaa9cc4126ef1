import type { ClusterObjects } from '../../cluster.ts';
import type { Container, EnvVariable, Pod } from '../shared/objects.ts';
import { ConfigFault } from './config-fault.ts';
import { dataOf } from './data-of.ts';
import { expand } from './expand.ts';

/** A container's variables. Throws a `ConfigFault` for a Secret or a key that is not there. */
export const environmentOf = (
  objects: ClusterObjects,
  { pod, container, ip }: { pod: Pod; container: Container; ip: string },
): Map<string, string> => {
  const variables = new Map<string, string>();
  for (const variable of container.env ?? []) {
    const value = variableOf(objects, { pod, variable, ip }, variables);
    if (value !== null) variables.set(variable.name, value);
  }
  return variables;
};

const variableOf = (
  objects: ClusterObjects,
  { pod, variable, ip }: { pod: Pod; variable: EnvVariable; ip: string },
  before: ReadonlyMap<string, string>,
): string | null => {
  const { value = '', valueFrom } = variable;
  if (!valueFrom) return expand(value, before);
  const { secretKeyRef, configMapKeyRef, fieldRef } = valueFrom;
  if (fieldRef) return fieldOf(pod, fieldRef.fieldPath, ip);
  const reference = secretKeyRef ?? configMapKeyRef;
  if (!reference) throw new ConfigFault(`invalid variable ${variable.name}`);
  const resource = secretKeyRef ? 'secrets' : 'configmaps';
  const { namespace = '' } = pod.metadata;
  const source = objects.get(resource, namespace, reference.name);
  const found = source && dataOf(source).get(reference.key);
  if (found) return found.toString('utf8');
  if (reference.optional) return null;
  const kind = secretKeyRef ? 'Secret' : 'ConfigMap';
  throw new ConfigFault(
    source
      ? `couldn't find key ${reference.key} in ${kind} ${namespace}/${reference.name}`
      : `${kind.toLowerCase()} "${reference.name}" not found`,
  );
};

const fieldOf = ({ metadata, spec }: Pod, path: string, ip: string): string => {
  const [, map, key = ''] = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path) ?? [];
  if (map === 'labels' || map === 'annotations') return metadata[map]?.[key] ?? '';
  const fields: Record<string, string | undefined> = {
    ...{ 'metadata.name': metadata.name, 'metadata.namespace': metadata.namespace, 'metadata.uid': metadata.uid },
    ...{ 'spec.nodeName': spec.nodeName, 'spec.serviceAccountName': String(spec.serviceAccountName ?? 'default') },
    ...{ 'status.podIP': ip, 'status.podIPs': ip, 'status.hostIP': '127.0.0.1' },
  };
  const value = fields[path];
  if (value === undefined) throw new ConfigFault(`unsupported fieldPath: ${path}`);
  return value;
};
