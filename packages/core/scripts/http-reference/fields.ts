import type { JsonSchema } from './document.ts';
import { typeOf } from './type-of.ts';

/** A table of the fields of a schema, what is nested as `schedule.cron` and `items[].name`; null where it has none. */
export const fieldTable = (schema: JsonSchema): string | null => {
  const rows = fieldRows(schema, '');
  if (rows.length === 0) return null;
  return ['| field | type | |', '|---|---|---|', ...rows].join('\n');
};

const fieldRows = (schema: JsonSchema, prefix: string): string[] =>
  partsOf(schema).flatMap(({ properties = {} }) =>
    Object.entries(properties).flatMap(([name, field]) => [
      `| \`${prefix}${name}\`${isNeeded(name, schema) ? ' *' : ''} | ${cell(typeOf(field))} | ${cell(wordsOf(field))} |`,
      ...below(field, `${prefix}${name}`),
    ]),
  );

// Of several objects to choose from, all have to ask for it: what only one of them needs can be left out with that one.
const isNeeded = (name: string, schema: JsonSchema): boolean => {
  const objects = partsOf(schema).filter(({ properties }) => properties !== undefined);
  const asks = ({ required = [] }: JsonSchema): boolean => required.includes(name);
  return schema.allOf ? objects.some(asks) : objects.every(asks);
};

const below = (field: JsonSchema, name: string): string[] => {
  const seen = new Set<string>();
  const rows = [
    ...fieldRows(field, `${name}.`),
    ...partsOf(field).flatMap(({ items }) => (items ? fieldRows(items, `${name}[].`) : [])),
  ];
  return rows.filter((row) => !seen.has(row) && seen.add(row));
};

// Those that are written out here; what has a name of its own is told there.
const partsOf = (schema: JsonSchema): JsonSchema[] =>
  (schema.anyOf ?? schema.oneOf ?? schema.allOf ?? [schema]).flatMap((part) =>
    part === schema || !(part.anyOf ?? part.oneOf ?? part.allOf) ? [part] : partsOf(part),
  );

const wordsOf = ({ description = '', default: standard }: JsonSchema): string =>
  standard === undefined ? description : `${description} Default \`${JSON.stringify(standard)}\`.`.trim();

/** What has a bar in it would end the cell. */
export const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
