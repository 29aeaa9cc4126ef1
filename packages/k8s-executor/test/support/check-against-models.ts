import { deepStrictEqual } from 'node:assert';
import * as client from '@kubernetes/client-node';
import { ObjectSerializer } from '@kubernetes/client-node/dist/gen/models/ObjectSerializer.js';

interface Attribute {
  baseName: string;
  type: string;
  format: string;
}

type Model = { getAttributeTypeMap(): Attribute[] };

/** Throws with the path where an object has a field that the client's model of its kind does not have, or one of another type. */
export const checkAgainstModels = (object: { kind: string }): void => {
  const type = `V1${object.kind}`;
  checkValue(type, object, object.kind);
  const back = ObjectSerializer.serialize(ObjectSerializer.deserialize(structuredClone(object), type, ''), type, '');
  deepStrictEqual(withoutUndefined(back), object, `${object.kind} is not the same behind the client's serializer`);
};

const checkValue = (type: string, value: unknown, path: string): void => {
  const [, item] = /^Array<(.*)>$/.exec(type) ?? [];
  const [, entry] = /^\{ \[key: string\]: (.*); \}$/.exec(type) ?? [];
  const model = (client as unknown as Record<string, Partial<Model> | undefined>)[type];
  if (item !== undefined) {
    if (!Array.isArray(value)) throw wrong(path, type, value);
    value.forEach((one, i) => {
      checkValue(item, one, `${path}[${i}]`);
    });
  } else if (entry !== undefined) {
    for (const [key, one] of fieldsOf(value, path, type)) checkValue(entry, one, `${path}[${key}]`);
  } else if (model?.getAttributeTypeMap !== undefined) {
    const known = new Map(model.getAttributeTypeMap().map((attribute) => [attribute.baseName, attribute]));
    for (const [key, one] of fieldsOf(value, path, type)) {
      const attribute = known.get(key);
      if (attribute === undefined) throw new Error(`${path}.${key} is no field of ${type}`);
      checkValue(attribute.type, one, `${path}.${key}`);
      if (attribute.type === 'number' && attribute.format.startsWith('int') && !Number.isSafeInteger(one))
        throw wrong(`${path}.${key}`, attribute.format, one);
    }
  } else if (!isPrimitive(type, value)) throw wrong(path, type, value);
};

const isPrimitive = (type: string, value: unknown): boolean => {
  if (type === 'IntOrString') return typeof value === 'string' || Number.isSafeInteger(value);
  if (type === 'any') return true;
  return typeof value === type;
};

const fieldsOf = (value: unknown, path: string, type: string): [string, unknown][] => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(path, type, value);
  return Object.entries(value);
};

const wrong = (path: string, type: string, value: unknown): Error =>
  new Error(`${path} is ${JSON.stringify(value)}, which is no ${type}`);

const withoutUndefined = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
