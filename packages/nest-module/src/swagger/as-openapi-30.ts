export type Json = Readonly<Record<string, unknown>>;

/**
 * A part of our OpenAPI 3.1 document as OpenAPI 3.0 has it, which is what Nest writes unless it is told otherwise (and then Nest 12 makes 3.1 of it): no type null, no
 * constants; and our schemas under names that are nobody else's.
 */
export const asOpenapi30 = (part: object): Json => translate(part) as Json;

const translate = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(translate);
  if (typeof value !== 'object' || value === null) return value;
  const { anyOf, type, const: constant, propertyNames: _, $defs: __, ...others } = value as Record<string, unknown>;
  const { $ref, ...rest } = translateEach(others);
  // Beside a reference nothing else counts.
  if ($ref !== undefined) return Object.keys(rest).length === 0 ? { $ref } : { ...rest, allOf: [{ $ref }] };
  if (constant !== undefined) return { ...rest, type: typeof constant, enum: [constant] };
  if (type === 'null') return { ...rest, type: 'string', nullable: true, enum: [null] };
  if (Array.isArray(type)) return { ...rest, type: type.find((one) => one !== 'null'), nullable: true };
  if (Array.isArray(anyOf)) return alternatives(anyOf, rest);
  return type === undefined ? rest : { type: translate(type), ...rest };
};

// What stands in an example or among values is no schema.
const translateEach = (schema: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(schema)
      .filter(([name, value]) => name !== '$ref' || !isLocal(value))
      .map(([name, value]) => {
        if (name === '$ref') return [name, String(value).replace(/^#\/components\/schemas\//, '$&Runyard')];
        if (name === 'properties') return [name, mapValues(value as object)];
        return [name, plain.has(name) ? value : translate(value)];
      }),
  );

const plain = new Set(['example', 'examples', 'default', 'enum']);

// Names of properties are not keywords.
const mapValues = (properties: object): object =>
  Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, translate(schema)]));

// Definitions of its own are of any JSON, which 3.0 says by saying nothing.
const isLocal = (reference: unknown): boolean => !/^#\/components\/schemas\/\w+$/.test(String(reference));

const alternatives = (anyOf: unknown[], rest: Record<string, unknown>): object => {
  const kinds = anyOf.filter((one) => !isNull(one));
  const only = kinds.length === 1 && (translate(kinds[0]) as Record<string, unknown>);
  // `nullable` says something only of the type beside it.
  if (!only || !('type' in only)) return { ...rest, anyOf: anyOf.map(translate) };
  const one = { ...only, ...rest };
  return kinds.length < anyOf.length ? orNull(one) : one;
};

// Nor does it add to what is listed.
const orNull = (schema: { enum?: unknown }): object => ({
  ...schema,
  nullable: true,
  ...(Array.isArray(schema.enum) && { enum: [...schema.enum, null] }),
});

const isNull = (schema: unknown): boolean => (schema as { type?: unknown } | null)?.type === 'null';
