import * as client from '@kubernetes/client-node';

/** The text of `pod-template-types.ts`: every type that a pod template is made of, read from the client's models. */
export const podTemplateTypesText = (): string => {
  const types = new Map<string, string>();
  const open = ['V1PodTemplateSpec'];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (types.has(name)) continue;
    const fields = attributesOf(name).map(({ baseName, type, format }) => `${baseName}:${shortType(type, format)}`);
    types.set(name, fields.join(' '));
    for (const { type } of attributesOf(name)) open.push(...(type.match(/\bV1\w+/g) ?? []));
  }
  const lines = [...types].sort().map(([name, fields]) => lineOf(name, fields));
  return `${head}${lines.join('')}};\n`;
};

const head = `// Written by scripts/write-pod-template-types.ts from the models of @kubernetes/client-node; not edited by hand.

/** The fields of each type that a pod template is made of: \`name:type\`, where \`T[]\` is a list and \`{T}\` a map by any key. */
export const podTemplateTypes: Readonly<Record<string, string>> = {
`;

// As the formatter would write it.
const lineOf = (name: string, fields: string): string => {
  const line = `  ${name}: '${fields}',\n`;
  return line.length <= 121 ? line : `  ${name}:\n    '${fields}',\n`;
};

interface Attribute {
  baseName: string;
  type: string;
  format: string;
}

const attributesOf = (name: string): Attribute[] => {
  const model = (client as unknown as Record<string, { getAttributeTypeMap?(): Attribute[] } | undefined>)[name];
  if (model?.getAttributeTypeMap === undefined) throw new Error(`the client has no model ${name}`);
  return model.getAttributeTypeMap();
};

const shortType = (type: string, format: string): string => {
  const [, item] = /^Array<(.*)>$/.exec(type) ?? [];
  if (item !== undefined) return `${shortType(item, format)}[]`;
  const [, value] = /^\{ \[key: string\]: (.*); \}$/.exec(type) ?? [];
  if (value !== undefined) return `{${shortType(value, format)}}`;
  if (type === 'number') return format.startsWith('int') ? 'int' : 'number';
  return { Date: 'time', IntOrString: 'int-or-string' }[type] ?? type;
};
