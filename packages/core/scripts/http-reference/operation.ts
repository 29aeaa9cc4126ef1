import type { AccessRow } from '../../test/support/http-access-table.ts';
import type { JsonSchema, OpenapiDocument, Operation } from './document.ts';
import { cell, fieldTable } from './fields.ts';
import { typeOf } from './type-of.ts';
import { whoMay } from './who-may.ts';

export interface Told extends Operation {
  method: string;
  path: string;
}

/** The section on one operation. */
export const operationText = (told: Told, document: OpenapiDocument, table: readonly AccessRow[]): string => {
  const { method, path, summary, description, operationId } = told;
  const rows = table.filter(({ route }) => route === `${method} ${path}`);
  return [
    `<a id="${operationId}"></a>\n\n### ${method} ${path}`,
    [summary, ...(description === undefined ? [] : [description])].map(ended).join(' '),
    `*Who may:* ${whoMay(rows)}`,
    ...parameters(told),
    ...body(told, document),
    answers(told),
    errors(told),
  ].join('\n\n');
};

const ended = (text: string): string => (/[.:!?]$/.test(text) ? text : `${text}.`);

const parameters = ({ parameters }: Operation): string[] => {
  if (parameters.length === 0) return [];
  const rows = parameters.map(
    ({ name, in: where, required, schema, description = '' }) =>
      `| \`${name}\`${required ? ' *' : ''} | ${where} | ${cell(typeOf(schema))} | ${cell(description)} |`,
  );
  return [['| parameter | in | type | |', '|---|---|---|---|', ...rows].join('\n')];
};

const body = ({ requestBody, operationId }: Operation, document: OpenapiDocument): string[] => {
  const { schema, example } = requestBody?.content['application/json'] ?? {};
  if (!requestBody || !schema) return [];
  const isNeeded = requestBody.required || (resolved(schema, document).required ?? []).length > 0;
  const name = nameOf(schema);
  const isToldHere = name === null || firstWithBody(name, document) === operationId;
  return [
    `${isToldHere && name !== null ? `<a id="schema-${name}"></a>` : ''}Body, ${typeOf(schema)}${isNeeded ? '' : ', optional'}:`,
    ...(isToldHere ? [fieldTable(resolved(schema, document)) ?? `${typeOf(resolved(schema, document))}.`] : []),
    ...(example === undefined ? [] : [`\`\`\`json\n${JSON.stringify(example, null, 2)}\n\`\`\``]),
  ];
};

/** The operation that takes such a body, and is told first; its fields are told there. undefined: none does. */
export const firstWithBody = (name: string, { paths }: OpenapiDocument): string | undefined =>
  Object.values(paths)
    .flatMap((operations) => Object.values(operations))
    .find(({ requestBody }) => nameOf(requestBody?.content['application/json']?.schema ?? {}) === name)?.operationId;

const nameOf = ({ $ref }: JsonSchema): string | null => $ref?.replace('#/components/schemas/', '') ?? null;

const resolved = (schema: JsonSchema, { components }: OpenapiDocument): JsonSchema =>
  components.schemas[nameOf(schema) ?? ''] ?? schema;

const answers = ({ responses }: Operation): string => {
  const good = Object.entries(responses).filter(([, { content }]) => !content?.['application/problem+json']);
  const rows = good.map(([status, { description, content = {} }]) => {
    const forms = Object.entries(content).map(([type, { schema }]) =>
      type === 'application/json'
        ? typeOf(schema)
        : `\`${type}\`${schema.type === 'string' ? '' : ` of ${typeOf(schema)}`}`,
    );
    return `| ${status} | ${cell(description)} | ${cell(forms.join(', '))} |`;
  });
  return ['| answer | | |', '|---|---|---|', ...rows].join('\n');
};

// The descriptions of refusals begin each line with a code.
const errors = ({ responses }: Operation): string => {
  const said = Object.entries(responses).flatMap(([status, { description, content }]) => {
    if (!content?.['application/problem+json']) return [];
    const codes = [...description.matchAll(/^`([a-z-]+)`:/gm)].map(([, code]) => `[\`${code}\`](errors.md#${code})`);
    return [`${status} ${codes.join(', ')}`];
  });
  return said.length === 0 ? 'No errors of its own.' : `Errors: ${said.join(' · ')}`;
};
