import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { openapiFaults } from '../../../test/openapi/openapi-faults.ts';
import { errorCodes } from '../src/domain/errors.ts';
import { allRoutes as routes } from '../src/http/all-routes.ts';
import { openapiDocument } from '../src/http/openapi/document.ts';
import { statusOf } from '../src/http/problem.ts';

const committed = new URL('../openapi.json', import.meta.url);
const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
const document = openapiDocument(routes, { version, server: '/api' });

// biome-ignore lint/suspicious/noExplicitAny: a document, to be broken anywhere.
type Plant = (document: any) => void;

const planted: [string, Plant][] = [
  ['a type that is none', ({ components }) => (components.schemas.Job.properties.name.type = 'txt')],
  ['a keyword of OpenAPI 3.0', ({ components }) => (components.schemas.Job.properties.name.nullable = true)],
  ['a reference to nothing', ({ components }) => (components.schemas.Job.properties.owner.$ref += 'x')],
  ['a field that no operation has', ({ paths }) => (paths['/jobs'].get.sumary = 'x')],
  ['a parameter of the path that is not described', ({ paths }) => (paths['/jobs/{job_id}'].get.parameters = [])],
  ['one name for two operations', ({ paths }) => (paths['/jobs'].get.operationId = 'listRuns')],
  [
    'an example that does not fit',
    ({ paths }) => (paths['/jobs'].post.requestBody.content['application/json'].example.name = 7),
  ],
];

describe('the OpenAPI document', () => {
  it('that is committed is the one that is served (else: node packages/core/scripts/write-openapi.ts)', async () => {
    expect(JSON.parse(await readFile(committed, 'utf8'))).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it('is valid OpenAPI 3.1, its schemas, references and examples too', async () => {
    expect(document).toMatchObject({ openapi: '3.1.0' });
    expect(await openapiFaults(document)).toEqual([]);
  });

  it.each(planted)('would be found wrong with %s', async (_, plant) => {
    const wrong = JSON.parse(JSON.stringify(document));
    plant(wrong);
    expect(await openapiFaults(wrong)).not.toEqual([]);
  });

  it('refers to nothing outside of itself', () => {
    expect(JSON.stringify(document)).not.toMatch(/"\$ref":"(?!#\/components)/);
  });

  it.each(routes.map((route) => [route.method, route.path, route] as const))(
    'has a route %s %s with examples that fit',
    (_, __, route) => {
      for (const answer of Object.values(route.answers))
        if (answer.example !== undefined) expect(answer.schema?.parse(answer.example)).toEqual(answer.example);
      if (route.body?.example !== undefined)
        expect((route.body.documented ?? route.body.schema).safeParse(route.body.example)).toMatchObject({
          success: true,
        });
    },
  );

  it('lists exactly four routes as public, the last of which refuses everybody', () => {
    expect(routes.filter(({ access }) => access === 'public').map(({ path }) => path)).toEqual([
      '/healthz',
      '/readyz',
      '/status',
      '/auth/token',
    ]);
  });
});

describe('what is no JSON', () => {
  const contentOf = (path: string, method: string) => {
    const { paths } = JSON.parse(JSON.stringify(document)) as {
      paths: Record<string, Record<string, { responses: Record<string, { content?: unknown }> }>>;
    };
    return paths[path]?.[method]?.responses[200]?.content;
  };

  it('is described as it is: text as text, lines of a build as lines', () => {
    expect(contentOf('/metrics', 'get')).toEqual({ 'text/plain': { schema: { type: 'string' } } });
    expect(contentOf('/built_images', 'post')).toMatchObject({
      'application/json': { schema: { $ref: '#/components/schemas/BuiltImage' } },
      'application/x-ndjson': { schema: { $ref: '#/components/schemas/BuildLine' } },
    });
  });
});

it.each(['http', 'security'])('docs/%s.md names each route that asks nobody', async (page) => {
  const text = await readFile(new URL(`../../../docs/${page}.md`, import.meta.url), 'utf8');
  const open = routes.filter(({ access }) => access === 'public').map(({ path }) => path);
  for (const path of [...open, '/metrics']) expect(text).toMatch(new RegExp(`^\\|[^\n]*\`${path}\``, 'm'));
});

it('every error code has a status', () => {
  expect(Object.keys(statusOf).sort()).toEqual(Object.keys(errorCodes).sort());
});
