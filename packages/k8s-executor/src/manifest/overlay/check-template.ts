import { RunyardError } from '@runyard/core';
import { isObject, type PlainObject } from '../plain-object.ts';
import { refuseProtected } from './protected.ts';
import { type Checking, type FieldType, fieldsOf, mergeKeyOf, podTemplate } from './types.ts';

/** Throws a `RunyardError` with the path of what is no field of a pod template, has another type, or is this executor's own business. */
export const checkTemplate = (template: unknown, checking: Checking): void => {
  checkValue(podTemplate, template, checking);
  refuseProtected(template as PlainObject, checking);
};

const checkValue = (type: FieldType, value: unknown, at: Checking): void => {
  if (type.kind === 'primitive') {
    const { test, name } = primitives[type.name] ?? anything;
    if (!test(value)) throw wrong(at, name, value);
  } else if (type.kind === 'list') {
    if (!Array.isArray(value)) throw wrong(at, 'a list', value);
    for (const [i, item] of value.entries()) checkValue(type.of, item, below(at, i));
  } else {
    if (!isObject(value)) throw wrong(at, 'an object', value);
    if (type.kind === 'map') checkMap(type.of, value, at);
    else checkObject(type, value, at);
  }
};

const checkMap = (type: FieldType, value: PlainObject, at: Checking): void => {
  for (const [key, item] of Object.entries(value)) {
    if (key === '$patch') checkDirective(item, below(at, key));
    else if (item !== null) checkValue(type, item, below(at, key));
  }
};

const checkObject = (type: { name: string }, value: PlainObject, at: Checking): void => {
  const fields = fieldsOf(type);
  for (const [key, item] of Object.entries(value)) {
    const field = fields.get(key);
    if (key === '$patch') checkDirective(item, below(at, key));
    else if (field === undefined) throw unknownField(below(at, key), key, fields);
    else if (item !== null) checkField({ owner: type, key, field }, item, below(at, key));
  }
};

const checkField = (
  { owner, key, field }: { owner: { name: string }; key: string; field: FieldType },
  item: unknown,
  at: Checking,
): void => {
  checkValue(field, item, at);
  const mergeKey = mergeKeyOf(owner, key);
  if (mergeKey === null || !Array.isArray(item)) return;
  for (const [i, one] of item.entries())
    if (isObject(one) && one[mergeKey] === undefined && one.$patch !== 'replace')
      throw wrong(below(below(at, i), mergeKey), 'what tells the items of this list apart', undefined);
};

const checkDirective = (value: unknown, at: Checking): void => {
  if (value !== 'delete' && value !== 'replace') throw wrong(at, "'delete' or 'replace'", value);
};

const anything = { name: 'anything', test: () => true };

const primitives: Readonly<Record<string, { name: string; test(value: unknown): boolean }>> = {
  string: { name: 'a text', test: (value) => typeof value === 'string' },
  boolean: { name: 'true or false', test: (value) => typeof value === 'boolean' },
  int: { name: 'a whole number', test: (value) => Number.isSafeInteger(value) },
  number: { name: 'a number', test: (value) => typeof value === 'number' },
  'int-or-string': {
    name: 'a whole number or a text',
    test: (value) => Number.isSafeInteger(value) || typeof value === 'string',
  },
  time: { name: 'a time as a text', test: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)) },
};

const below = ({ field, code }: Checking, key: string | number): Checking => ({ field: `${field}.${key}`, code });

const wrong = ({ field, code }: Checking, expected: string, value: unknown): RunyardError => {
  const received = value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value)).slice(0, 120);
  return new RunyardError(code, `\`${field}\` is not valid: expected ${expected}, received ${received}.`, {
    ...{ field, expected, received },
  });
};

const unknownField = ({ field, code }: Checking, key: string, known: ReadonlyMap<string, FieldType>): RunyardError => {
  const expected = [...known.keys()].join(', ');
  const what = key.startsWith('$')
    ? 'a directive that is known here: there is `$patch`.'
    : 'a field of a pod template.';
  return new RunyardError(
    code === 'invalid-job' ? 'unknown-field' : code,
    `\`${field}\` is not ${what} Known fields: ${expected}.`,
    { field, expected, received: key },
  );
};
