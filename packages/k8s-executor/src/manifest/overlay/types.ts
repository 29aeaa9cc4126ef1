import { podTemplateTypes } from './pod-template-types.ts';

/** A type of the table: a primitive, a list, a map by any key, or an object with known fields. */
export type FieldType =
  | { kind: 'primitive'; name: string }
  | { kind: 'list'; of: FieldType }
  | { kind: 'map'; of: FieldType }
  | { kind: 'object'; name: string };

export const podTemplate: FieldType & { kind: 'object' } = { kind: 'object', name: 'V1PodTemplateSpec' };

/** The fields of an object type, by name. Read from the table at first use. */
export const fieldsOf = ({ name }: { name: string }): ReadonlyMap<string, FieldType> => {
  const known = read.get(name);
  if (known !== undefined) return known;
  const fields = new Map(
    (podTemplateTypes[name] ?? '').split(' ').map((field) => {
      const colon = field.indexOf(':');
      return [field.slice(0, colon), typeNamed(field.slice(colon + 1))];
    }),
  );
  read.set(name, fields);
  return fields;
};

const read = new Map<string, ReadonlyMap<string, FieldType>>();

const typeNamed = (text: string): FieldType => {
  if (text.endsWith('[]')) return { kind: 'list', of: typeNamed(text.slice(0, -2)) };
  if (text.startsWith('{')) return { kind: 'map', of: typeNamed(text.slice(1, -1)) };
  return { kind: Object.hasOwn(podTemplateTypes, text) ? 'object' : 'primitive', name: text };
};

/** By what the items of a list are told apart when it is merged; null: the patch's list takes the place of the other. As the tags `patchMergeKey` of core/v1 say. */
export const mergeKeyOf = ({ name }: { name: string }, field: string): string | null =>
  mergeKeys[`${name}.${field}`] ?? null;

const mergeKeys: Readonly<Record<string, string>> = {
  'V1PodSpec.volumes': 'name',
  'V1PodSpec.initContainers': 'name',
  'V1PodSpec.containers': 'name',
  'V1PodSpec.imagePullSecrets': 'name',
  'V1PodSpec.hostAliases': 'ip',
  'V1PodSpec.topologySpreadConstraints': 'topologyKey',
  'V1PodSpec.schedulingGates': 'name',
  'V1PodSpec.resourceClaims': 'name',
  'V1Container.ports': 'containerPort',
  'V1Container.env': 'name',
  'V1Container.volumeMounts': 'mountPath',
  'V1Container.volumeDevices': 'devicePath',
};

export interface Checking {
  /** What the template is called where it stands: `executorOptions.podTemplate`. */
  field: string;
  code: 'invalid-job' | 'invalid-option';
}
