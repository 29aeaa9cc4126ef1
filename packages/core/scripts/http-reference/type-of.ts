import type { JsonSchema } from './document.ts';

/** A schema in a few words, as a cell of a table: `` `a` or `b` ``, `list ≤ 50 of string`, `[Job](#schema-Job) or null`. */
export const typeOf = (schema: JsonSchema): string => {
  if (schema.$ref !== undefined) return reference(schema.$ref);
  const variants = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (variants) return [...new Set(variants.map(typeOf))].sort(nullLast).join(' or ');
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum) return schema.enum.map(code).join(', ');
  if (Array.isArray(schema.type)) return schema.type.map((type) => typeOf({ ...schema, type })).join(' or ');
  switch (schema.type) {
    case 'array':
      return `list${most(schema.maxItems)} of ${schema.items ? typeOf(schema.items) : 'anything'}`;
    case 'object':
      return object(schema);
    case 'string':
      return string(schema);
    case 'integer':
    case 'number':
      return `${schema.type}${range(schema)}`;
    default:
      return schema.type ?? 'anything';
  }
};

const reference = (target: string): string => {
  const name = target.replace('#/components/schemas/', '');
  return name.startsWith('__') ? 'any JSON' : `[${name}](#schema-${name})`;
};

const nullLast = (a: string, b: string): number => Number(a === 'null') - Number(b === 'null');

const code = (value: unknown): string => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

const object = ({ properties, additionalProperties }: JsonSchema): string => {
  if (properties || typeof additionalProperties !== 'object') return 'object';
  return Object.keys(additionalProperties).length === 0 ? 'object' : `map of ${typeOf(additionalProperties)}`;
};

const string = ({ pattern, format, maxLength }: JsonSchema): string => {
  if (pattern === '^[0-9a-f]{32}$') return 'id';
  return `string${format === undefined ? '' : ` (${format})`}${most(maxLength)}`;
};

const range = ({ minimum, maximum, exclusiveMinimum }: JsonSchema): string => {
  const above = exclusiveMinimum === undefined ? '' : ` above ${exclusiveMinimum.toLocaleString('en')}`;
  const low = minimum === undefined || -minimum >= Number.MAX_SAFE_INTEGER ? null : minimum.toLocaleString('en');
  const high = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? null : maximum.toLocaleString('en');
  if (low !== null && high !== null) return `${above} ${low} to ${high}`;
  return `${above}${low === null ? '' : ` from ${low}`}${high === null ? '' : ` up to ${high}`}`;
};

const most = (count: number | undefined): string => (count === undefined ? '' : ` ≤ ${count.toLocaleString('en')}`);
