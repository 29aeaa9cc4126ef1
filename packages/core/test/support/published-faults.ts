import { publishedSchemas } from './published-schemas.ts';

/** What the generated client would refuse of an answer: it wants every field that has to be there, of its type; fields that it does not know it ignores. */
export const publishedFaults = (type: string, value: unknown, at = type): string[] => {
  const options = type.endsWith('|null') ? [type.slice(0, -'|null'.length), 'null'] : [type];
  if (type.includes('|object'))
    return ['string', 'object'].some((each) => publishedFaults(each, value).length === 0)
      ? []
      : [wrong(at, type, value)];
  const [first = '', orNull] = options;
  if (value === null) return orNull ? [] : [wrong(at, type, value)];
  const list = /^\[(.*)\]$/.exec(first)?.[1];
  if (list !== undefined)
    return Array.isArray(value)
      ? value.flatMap((item, index) => publishedFaults(list, item, `${at}.${index}`))
      : [wrong(at, type, value)];
  const isObject = typeof value === 'object' && !Array.isArray(value);
  const map = /^\{(.*)\}$/.exec(first)?.[1];
  if (map !== undefined)
    return isObject
      ? Object.entries(value as object).flatMap(([key, item]) => publishedFaults(map, item, `${at}.${key}`))
      : [wrong(at, type, value)];
  const schema = publishedSchemas[first];
  if (schema) return isObject ? fieldFaults(schema, value as Record<string, unknown>, at) : [wrong(at, type, value)];
  return fits(first, value) ? [] : [wrong(at, type, value)];
};

const fieldFaults = (schema: Readonly<Record<string, string>>, value: Record<string, unknown>, at: string): string[] =>
  Object.entries(schema).flatMap(([field, type]) => {
    const name = field.replace(/\?$/, '');
    if (value[name] === undefined) return name === field ? [`${at}.${name} is missing`] : [];
    return publishedFaults(type, value[name], `${at}.${name}`);
  });

const fits = (type: string, value: unknown): boolean => {
  switch (type) {
    case 'string':
    case 'boolean':
      return typeof value === type;
    case 'object':
      return typeof value === 'object' && !Array.isArray(value);
    case 'text':
      return typeof value === 'string' && value !== '';
    case 'integer':
      return Number.isInteger(value);
    case 'ts':
    case 'date-time':
      return typeof value === 'string' && time.test(value);
    default:
      return typeof value === 'string' && type.split('/').includes(value);
  }
};

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/;

const wrong = (at: string, type: string, value: unknown): string => `${at} is ${JSON.stringify(value)} and no ${type}`;
