import type { AccessRow } from '../../test/support/http-access-table.ts';
import type { JsonSchema, OpenapiDocument, Operation } from './document.ts';
import { fieldTable } from './fields.ts';
import { firstWithBody, operationText, type Told } from './operation.ts';
import { typeOf } from './type-of.ts';

/** The page docs/http-reference.md, made of the OpenAPI document and of the authorization table that the tests try. */
export const httpReference = (document: OpenapiDocument, table: readonly AccessRow[]): string => {
  const groups = groupsOf(document);
  return `${[
    head,
    ...groups.map(contents),
    ...groups.map(({ title, operations }) =>
      [`## ${title}`, ...operations.map((told) => operationText(told, document, table))].join('\n\n'),
    ),
    '## Schemas',
    ...schemasOf(document).map(([name, schema]) => schemaText(name, schema)),
  ].join('\n\n')}\n`;
};

const head = `# HTTP reference

Written by \`node packages/core/scripts/write-http-reference.ts\` from \`packages/core/openapi.json\`; do not edit it by hand. [HTTP](http.md) tells how to ask: addresses, tokens, paging, times, logs as they come.
A running Runyard serves the document itself, with examples of all answers, at \`/openapi.json\`.

Paths are below the base path (\`/api\` unless the host says otherwise). \`*\` marks what has to be given; where there are several forms to choose from, what each of them needs. An *id* is 32 hex digits; ≤ counts characters of a string and items of a list. Every error is a [problem](errors.md).`;

interface Group {
  title: string;
  operations: Told[];
}

const groupsOf = ({ paths }: OpenapiDocument): Group[] => {
  const groups = new Map<string, Told[]>();
  for (const [path, operations] of Object.entries(paths)) {
    const title = titleOf(path);
    const told = Object.entries(operations).map(([method, operation]: [string, Operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      path,
    }));
    groups.set(title, [...(groups.get(title) ?? []), ...told]);
  }
  const isLast = ({ title }: Group): number => Number(title === service);
  return [...groups].map(([title, operations]) => ({ title, operations })).sort((a, b) => isLast(a) - isLast(b));
};

const titleOf = (path: string): string => {
  const name = path.split('/')[1] ?? '';
  const title = titles[name] ?? name.replaceAll('_', ' ');
  return title.charAt(0).toUpperCase() + title.slice(1);
};

const service = 'The service';
const titles: Readonly<Record<string, string>> = {
  audit: 'Audit trail',
  healthz: service,
  readyz: service,
  status: service,
  'openapi.json': service,
  metrics: service,
  info: service,
};

const contents = ({ title, operations }: Group): string =>
  [
    `| ${title} | |`,
    '|---|---|',
    ...operations.map(
      ({ method, path, operationId, summary }) => `| [\`${method} ${path}\`](#${operationId}) | ${summary} |`,
    ),
  ].join('\n');

// What is a body is told where it is sent.
const schemasOf = (document: OpenapiDocument): [string, JsonSchema][] =>
  Object.entries(document.components.schemas).filter(
    ([name]) => !name.startsWith('__') && firstWithBody(name, document) === undefined,
  );

const schemaText = (name: string, schema: JsonSchema): string =>
  [
    `<a id="schema-${name}"></a>\n\n### ${name}`,
    ...(schema.description === undefined ? [] : [schema.description]),
    fieldTable(schema) ?? `${typeOf(schema)}.`,
  ].join('\n\n');
