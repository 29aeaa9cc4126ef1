import { z } from 'zod';
import { type ErrorCode, errorCodes } from '../../domain/errors.ts';
import { ids, parametersOf } from '../ids.ts';
import { statusOf } from '../problem.ts';
import type { Answer, Route } from '../route.ts';
import { problem } from '../schemas/answers.ts';
import { type Components, componentsOf, type JsonSchema } from './components.ts';

/** The OpenAPI 3.1 document of these routes. */
export const openapiDocument = (
  routes: readonly Route[],
  { version, server }: { version: string; server: string },
): object => {
  const components = componentsOf(routes);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Runyard',
      version,
      description:
        'Jobs, their runs and their logs. Every error is a problem body with a stable `code`. Times are `YYYY-MM-DDTHH:MM:SS+00:00`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: server === '' ? '/' : server }],
    security: [{ token: [] }, { bearer: [] }],
    paths: pathItems(routes, components.refer),
    components: {
      schemas: components.schemas(),
      securitySchemes: {
        token: { type: 'apiKey', in: 'header', name: 'Authorization', description: '`Authorization: token <token>`' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
    },
  };
};

type Refer = Components['refer'];

const pathItems = (routes: readonly Route[], refer: Refer): Record<string, Record<string, unknown>> => {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes)
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route, refer) };
  return paths;
};

const operation = (route: Route, refer: Refer): object => ({
  operationId: route.id,
  summary: route.summary,
  ...(route.description !== undefined && { description: route.description }),
  ...(route.access === 'public' && { security: [] }),
  parameters: parameters(route),
  ...(route.body && {
    requestBody: {
      required: route.body.required ?? false,
      content: { 'application/json': content(refer, route.body.documented ?? route.body.schema, route.body.example) },
    },
  }),
  responses: responses(route, refer),
});

const parameters = ({ path, query, headers = {} }: Route): object[] => [
  ...parametersOf(path).map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: Object.hasOwn(ids, name) ? { type: 'string', pattern: '^[0-9a-f]{32}$' } : { type: 'string', minLength: 1 },
  })),
  ...queryParameters(query),
  ...Object.entries(headers).map(([name, description]) => ({
    name,
    in: 'header',
    description,
    schema: { type: 'string' },
  })),
];

const queryParameters = (query: z.ZodType | undefined): object[] => {
  if (!(query instanceof z.ZodObject)) return [];
  const { properties = {} } = z.toJSONSchema(query, { io: 'input' });
  return Object.entries(properties as Record<string, JsonSchema>).map(([name, { description, anyOf, ...schema }]) => ({
    name,
    in: 'query',
    ...(description !== undefined && { description }),
    schema,
  }));
};

const responses = (route: Route, refer: Refer): Record<string, object> => {
  const own = Object.entries(route.answers).map(([status, answer]) => [status, response(answer, refer)] as const);
  const codes = new Set<ErrorCode>([...(route.errors ?? []), ...generalErrors(route)]);
  const statuses = [...new Set([...codes].map((code) => statusOf[code]))].sort();
  const refusals = statuses.map(
    (status) =>
      [
        String(status),
        refusal(
          [...codes].filter((code) => statusOf[code] === status),
          refer,
        ),
      ] as const,
  );
  return Object.fromEntries([...own, ...refusals]);
};

/** What can come of any route of its kind. */
export const generalErrors = ({ access, query, body, path }: Route): ErrorCode[] => [
  ...(access === 'principal' ? (['unauthenticated', 'forbidden', 'too-many-guesses'] as const) : []),
  ...(query ? (['invalid-request'] as const) : []),
  ...(body ? ([body.code, 'unknown-field', 'invalid-json', 'body-too-large', 'body-too-slow'] as const) : []),
  ...parametersOf(path).flatMap((name) => ids[name]?.missing ?? []),
];

const response = (
  { description, schema, lineSchema, contentTypes = ['application/json'], example }: Answer,
  refer: Refer,
): object => ({
  description,
  ...(schema && {
    content: Object.fromEntries(
      contentTypes.map((type) => [
        type,
        contentOf(
          type,
          lineSchema && type === 'application/x-ndjson'
            ? content(refer, lineSchema, undefined)
            : content(refer, schema, example),
        ),
      ]),
    ),
  }),
});

// Plain text has no schema to it.
const contentOf = (type: string, described: object): object =>
  type === 'text/plain' ? { schema: { type: 'string' } } : described;

const refusal = (codes: readonly ErrorCode[], refer: Refer): object => ({
  description: codes.map((code) => `\`${code}\`: ${errorCodes[code]}`).join('\n\n'),
  content: { 'application/problem+json': content(refer, problem, undefined) },
});

const content = (refer: Refer, schema: z.ZodType, example: unknown): object => ({
  schema: refer(schema),
  ...(example !== undefined && { example }),
});
