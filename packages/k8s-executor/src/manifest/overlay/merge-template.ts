import { isObject, type PlainObject } from '../plain-object.ts';
import { type FieldType, fieldsOf, mergeKeyOf, podTemplate } from './types.ts';

/**
 * A pod template with others merged over it, one after another, as kubectl's strategic merge does it: objects field by field, lists by their merge key
 * where they have one, everything else replaced; null removes. `$patch: replace` in an object, or as an item of a list, puts what stands beside it
 * in the place of what was there; `$patch: delete` removes. The templates have been checked.
 */
export const mergeTemplates = (base: PlainObject, overlays: readonly (PlainObject | undefined)[]): PlainObject =>
  overlays.reduce<PlainObject>(
    (merged, overlay) => (overlay === undefined ? merged : mergeObjects(podTemplate, merged, overlay)),
    base,
  );

const mergeObjects = (type: { name: string }, base: PlainObject, patch: PlainObject): PlainObject => {
  const { $patch, ...rest } = patch;
  const merged = new Map(Object.entries($patch === 'replace' ? {} : withoutRival(type, base, rest)));
  for (const [field, value] of Object.entries(rest)) {
    const fieldType = fieldsOf(type).get(field);
    const result = fieldType && mergeField({ owner: type, field, type: fieldType }, merged.get(field), value);
    if (result === undefined) merged.delete(field);
    else merged.set(field, result);
  }
  return Object.fromEntries(merged);
};

// A variable has a value or tells where that comes from. kubectl would leave both, which no API server takes.
const withoutRival = ({ name }: { name: string }, base: PlainObject, patch: PlainObject): PlainObject => {
  if (name !== 'V1EnvVar' || 'value' in patch === 'valueFrom' in patch) return base;
  const { value, valueFrom, ...rest } = base;
  return 'value' in patch ? { ...rest, value } : { ...rest, valueFrom };
};

interface Field {
  owner: { name: string };
  field: string;
  type: FieldType;
}

// undefined: the field goes.
const mergeField = ({ owner, field, type }: Field, base: unknown, patch: unknown): unknown => {
  if (patch === null || isDeletion(patch)) return undefined;
  if (type.kind === 'object' && isObject(patch)) return mergeObjects(type, isObject(base) ? base : {}, patch);
  if (type.kind === 'map' && isObject(patch)) return mergeMaps(isObject(base) ? base : {}, patch);
  const key = mergeKeyOf(owner, field);
  if (key !== null && type.kind === 'list' && type.of.kind === 'object' && Array.isArray(patch))
    return mergeLists({ item: type.of, key }, Array.isArray(base) ? base : [], patch);
  return patch;
};

const isDeletion = (patch: unknown): boolean => isObject(patch) && patch.$patch === 'delete';

const mergeMaps = (base: PlainObject, { $patch, ...patch }: PlainObject): PlainObject =>
  Object.fromEntries(
    Object.entries({ ...($patch === 'replace' ? {} : base), ...patch }).filter(([, value]) => value !== null),
  );

const mergeLists = (
  { item: type, key }: { item: { name: string }; key: string },
  base: readonly PlainObject[],
  patch: readonly PlainObject[],
): PlainObject[] | undefined => {
  const replaces = patch.some((item) => item.$patch === 'replace' && item[key] === undefined);
  const merged = replaces ? [] : [...base];
  for (const item of patch) {
    if (item[key] === undefined) continue;
    const at = merged.findIndex((other) => other[key] === item[key]);
    const found = merged[at];
    if (isDeletion(item)) {
      if (found !== undefined) merged.splice(at, 1);
    } else if (found === undefined) merged.push(mergeObjects(type, {}, item));
    else merged[at] = mergeObjects(type, found, item);
  }
  return merged;
};
