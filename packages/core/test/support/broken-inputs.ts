/** What a JSON schema says of one value, as far as it is looked at here. */
export interface JsonSchema {
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  /** Of which a field with a `const` tells which one is meant. */
  oneOf?: JsonSchema[];
  enum?: unknown[];
  const?: unknown;
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
}

/** A value that its schema forbids, and where. */
export interface Broken {
  /** `name: longer than 200`. */
  what: string;
  /** The outermost field that is wrong; undefined: the body itself. */
  field: string | undefined;
  value: unknown;
}

/** Of an object that is right, those in which one constraint each is broken. */
export const brokenBodies = (given: JsonSchema, right: Record<string, unknown>): Broken[] => {
  const schema = (given.oneOf ?? given.anyOf)?.find((branch) => isMeant(branch, right)) ?? given;
  const fields = Object.entries(schema.properties ?? {});
  return [
    { what: 'a list instead of an object', field: undefined, value: [] },
    { what: 'a text instead of an object', field: undefined, value: '"text"' },
    ...(schema.additionalProperties === false
      ? [{ what: 'a field that is not known', field: 'no_such_field', value: { ...right, no_such_field: 1 } }]
      : []),
    ...(schema.required ?? []).map((field) => {
      const { [field]: _, ...value } = right;
      return { what: `${field}: left out`, field, value };
    }),
    ...fields.flatMap(([field, inner]) =>
      brokenValues(inner, field).map(([what, value]) => ({ what, field, value: { ...right, [field]: value } })),
    ),
  ];
};

const isMeant = ({ properties = {}, required = [] }: JsonSchema, right: Record<string, unknown>): boolean =>
  required.every((field) => field in right) &&
  Object.entries(properties).every(([field, { const: only }]) => only === undefined || right[field] === only);

/** Query parameters are texts, whatever they mean. */
export const brokenQueries = (schema: JsonSchema): Broken[] =>
  Object.entries(schema.properties ?? {}).flatMap(([field, inner]) => {
    const texts: [string, string][] = [];
    if (inner.type === 'integer') texts.push(['no number', 'x'], ['half of one', '1.5']);
    if (inner.type === 'integer' && inner.minimum !== undefined) texts.push(['too small', String(inner.minimum - 1)]);
    if (inner.type === 'integer' && inner.maximum !== undefined) texts.push(['too big', String(inner.maximum + 1)]);
    if (inner.type === 'boolean') texts.push(['neither true nor false', 'maybe']);
    if (inner.type === 'string') for (const [what, value] of brokenTexts(inner)) texts.push([what, value]);
    const single: Broken[] = inner.type === 'array' ? [] : [{ what: `${field}: twice`, field, value: ['1', '1'] }];
    const left: Broken[] = schema.required?.includes(field) ? [{ what: `${field}: left out`, field, value: null }] : [];
    return [...texts.map(([what, value]) => ({ what: `${field}: ${what}`, field, value })), ...single, ...left];
  });

const brokenValues = (schema: JsonSchema, where: string): [string, unknown][] => {
  const options = optionsOf(schema);
  const types = new Set(options.flatMap(typesOf));
  const wrongType = others.find(([type]) => !types.has(type) && types.size > 0);
  const broken: [string, unknown][] = wrongType ? [[`${where}: ${wrongType[0]}`, wrongType[1]]] : [];
  const [only, ...more] = options.filter(({ type }) => type !== 'null');
  return only === undefined || more.length > 0 ? broken : [...broken, ...brokenConstraints(only, where)];
};

const brokenConstraints = (schema: JsonSchema, where: string): [string, unknown][] => {
  const { minimum, maximum, exclusiveMinimum, minItems, maxItems, items, properties } = schema;
  const broken: [string, unknown][] = brokenTexts(schema).map(([what, text]) => [`${where}: ${what}`, text]);
  if (schema.enum || typeof schema.const === 'string') broken.push([`${where}: none of the known`, 'no such']);
  if (minimum !== undefined) broken.push([`${where}: less than ${minimum}`, minimum - 1]);
  if (exclusiveMinimum !== undefined) broken.push([`${where}: ${exclusiveMinimum}`, exclusiveMinimum]);
  if (maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER)
    broken.push([`${where}: more than ${maximum}`, maximum + 1]);
  if (schema.type === 'integer') broken.push([`${where}: half of one`, (minimum ?? 0) + 0.5]);
  if (minItems !== undefined && minItems > 0) broken.push([`${where}: no items`, []]);
  if (maxItems !== undefined && maxItems < 2000)
    broken.push([`${where}: more than ${maxItems} items`, Array.from({ length: maxItems + 1 }, () => 'x')]);
  if (items) for (const [what, value] of brokenValues(items, `${where}.0`)) broken.push([what, [value]]);
  for (const [name, inner] of Object.entries(properties ?? {}))
    for (const [what, value] of brokenValues(inner, `${where}.${name}`)) broken.push([what, { [name]: value }]);
  if (properties && schema.additionalProperties === false)
    broken.push([`${where}: a field that is not known`, { no_such_field: 1 }]);
  for (const name of schema.required ?? []) if (properties) broken.push([`${where}.${name}: left out`, {}]);
  return broken;
};

const brokenTexts = ({ type, minLength, maxLength, pattern, format }: JsonSchema): [string, string][] => {
  if (type !== 'string') return [];
  const texts: [string, string][] = [];
  if (minLength !== undefined && minLength > 0) texts.push(['empty', '']);
  if (maxLength !== undefined) texts.push([`longer than ${maxLength}`, 'x'.repeat(maxLength + 1)]);
  const odd = ['!', ' ', '?? ??'].find((text) => pattern !== undefined && !new RegExp(pattern).test(text));
  if (odd !== undefined) texts.push(['of another pattern', odd]);
  if (format === 'date-time') texts.push(['no time', 'soon']);
  return texts;
};

const others: [string, unknown][] = [
  ['boolean', true],
  ['number', 7.5],
  ['object', { x: 1 }],
  ['array', ['x']],
  ['string', 'x'],
];

const optionsOf = (schema: JsonSchema): JsonSchema[] => {
  if (schema.anyOf) return schema.anyOf.flatMap(optionsOf);
  return Array.isArray(schema.type) ? schema.type.map((type) => ({ ...schema, type })) : [schema];
};

const typesOf = ({ type, enum: known, const: only }: JsonSchema): string[] => {
  if (type === 'integer') return ['number'];
  if (type !== undefined) return [type].flat();
  return [...(known ?? []), ...(only === undefined ? [] : [only])].map((value) => typeof value);
};
