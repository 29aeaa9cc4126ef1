import fc from 'fast-check';
import type { JsonSchema } from '../../packages/core/test/support/broken-inputs.ts';
import { hints } from './hints.ts';

export interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema> };
}

export interface Operation {
  operationId: string;
  parameters?: { name: string; in: 'path' | 'query' | 'header'; schema: JsonSchema }[];
  requestBody?: { content: Record<string, { schema: JsonSchema; example?: unknown }> };
}

/** Values that a schema of the document allows, mostly such as the server can do something with. */
export const valuesOf = (schema: JsonSchema, document: Document, name = '', depth = 0): fc.Arbitrary<unknown> => {
  const hinted = hints[name];
  const values = plainValues(resolved(schema, document), document, name, depth);
  return hinted
    ? fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...hinted) }, { weight: 1, arbitrary: values })
    : values;
};

const resolved = (schema: JsonSchema & { $ref?: string }, document: Document): JsonSchema =>
  schema.$ref === undefined ? schema : (document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});

const plainValues = (schema: JsonSchema, document: Document, name: string, depth: number): fc.Arbitrary<unknown> => {
  const inner = (one: JsonSchema, called = name) => valuesOf(one, document, called, depth + 1);
  if (depth > 6) return fc.constant(null);
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return fc.oneof(...options.map((one) => inner(one)));
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type) => inner({ ...schema, type })));
  switch (schema.type) {
    case 'string':
      return texts(schema);
    case 'integer':
      return fc.integer({ min: Math.max(schema.minimum ?? -1000, -1e9), max: Math.min(schema.maximum ?? 1000, 1e9) });
    case 'number':
      return fc.double({ min: schema.minimum ?? -1000, max: schema.maximum ?? 1000, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(inner(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: (schema.minItems ?? 0) + 2,
      });
    case 'object':
      return objects(schema, inner);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
};

const objects = (
  { properties = {}, required = [], additionalProperties }: JsonSchema,
  inner: (schema: JsonSchema, name?: string) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> => {
  const fields = Object.entries(properties).map(([name, schema]) => {
    const some = fc.tuple(fc.constant(name), inner(schema, name));
    // Of forty fields, two or three beside those that must be there.
    return required.includes(name) || wanted.has(name) ? some : seldom(some);
  });
  const rest =
    typeof additionalProperties === 'object'
      ? fc.array(fc.tuple(fc.string({ maxLength: 8 }), inner(additionalProperties)), { maxLength: 2 })
      : fc.constant([]);
  return fc
    .tuple(fc.tuple(...fields), rest)
    .map(([own, more]) => Object.fromEntries([...own.filter((field) => field !== null), ...more]));
};

/** Without it nothing is made. */
const wanted = new Set(['command', 'name', 'username', 'groupname', 'type', 'spec', 'secret']);

const seldom = <T>(some: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 11, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: some });

const texts = ({ minLength = 0, maxLength = 40, pattern, format }: JsonSchema): fc.Arbitrary<string> => {
  if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  if (pattern !== undefined) return matching(pattern);
  return fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, 40)), unit: 'grapheme' });
};

const matching = (pattern: string): fc.Arbitrary<string> => {
  try {
    return fc.stringMatching(new RegExp(pattern));
  } catch {
    return fc.string({ minLength: 1, maxLength: 10 });
  }
};
