import 'reflect-metadata';
import { Body, Controller, type INestApplication, Post, VersioningType } from '@nestjs/common';
import { ApiBearerAuth, ApiProperty, DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { describe, expect, it } from 'vitest';
import { openapiFaults } from '../../../test/openapi/openapi-faults.ts';
import { RunyardModule } from '../src/index.ts';
import { moduleOf } from './support/module-of.ts';
import { authorization, nestApp, options, platforms } from './support/nest-app.ts';

const documentOf = (app: INestApplication, version?: string): OpenAPIObject => {
  const builder = new DocumentBuilder().setTitle('host').addBearerAuth({ type: 'http' }, 'staff');
  return SwaggerModule.createDocument(app, (version ? builder.setOpenAPIVersion(version) : builder).build());
};

/** Something of the host that is called as something of ours. */
class Job {
  @ApiProperty({ type: String, nullable: true })
  theirs!: string | null;
}

@ApiBearerAuth('staff')
@Controller('theirs')
class Theirs {
  @Post()
  make(@Body() job: Job): string {
    return job.theirs ?? '';
  }
}

const theirs = (schemas: Record<string, object>): object =>
  (schemas.Job as { properties: { theirs: object } }).properties.theirs;

// Nest 11 writes what it is given under either version.
const isNotOfNest11 = (fault: string): boolean =>
  !fault.endsWith('/nullable: Property `nullable` is not expected here. (struct)');

describe.each(platforms)('the operations in the Swagger document of a host on %s', (platform) => {
  it('are there as each is, below its prefix, with schemas of their own names beside those of the host', async () => {
    await using given = await options();
    await using nest = await nestApp(RunyardModule.forRoot({ ...given, directory: true }), {
      platform,
      behind: [moduleOf({ controllers: [Theirs] })],
      prepare: (app) => app.setGlobalPrefix('ops'),
    });
    const document = documentOf(nest.app);
    const native = (await (await fetch(`${nest.origin}/ops/openapi.json`, { headers: authorization })).json()) as {
      paths: Record<string, object>;
      components: { schemas: object };
    };
    const described = Object.entries(native.paths).flatMap(([path, item]) =>
      Object.keys(item).map((verb) => `${verb} /ops${path}`),
    );
    const found = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((verb) => `${verb} ${path}`),
    );
    expect(found.sort()).toEqual([...described, 'post /ops/theirs'].sort());
    expect(Object.keys(document.components?.schemas ?? {}).sort()).toEqual(
      [
        'Job',
        ...Object.keys(native.components.schemas)
          .filter((name) => name !== '__shared')
          .map((name) => `Runyard${name}`),
      ].sort(),
    );
    expect(document.components?.schemas?.Job).toMatchObject({ properties: { theirs: {} } });
    expect(document.paths['/ops/jobs/{job_id}/start']?.post).toMatchObject({
      operationId: 'RunyardController_startJob',
      tags: ['Runyard'],
      parameters: [
        { name: 'job_id', in: 'path', required: true },
        { name: 'Idempotency-Key', in: 'header' },
        { name: 'X-Runyard-Trigger', in: 'header' },
      ],
      requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/RunyardJobStart' } } } },
      responses: {
        200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/RunyardStartedJob' } } } },
        409: { content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/RunyardProblem' } } } },
      },
    });
  });

  it('are in a document that is written before the host listens, as in one that is written later', async () => {
    await using given = await options();
    const early: OpenAPIObject[] = [];
    await using nest = await nestApp(RunyardModule.forRoot({ ...given, directory: true }), {
      platform,
      prepare: (app) => {
        early.push(documentOf(app));
        app.setGlobalPrefix('ops');
        early.push(documentOf(app));
      },
    });
    const late = documentOf(nest.app);
    expect(early[1]).toEqual(late);
    expect(Object.keys(late.paths).length).toBeGreaterThan(50);
    // Before it is known that there is a prefix.
    expect(Object.keys(early[0]?.paths ?? {})).toEqual(
      Object.keys(late.paths).map((path) => path.replace(/^\/ops/, '/api')),
    );
  });

  it.each(['3.0.0', '3.1.0'])(
    'are valid as OpenAPI %s, of two Runyards and beside what is of the host',
    async (version) => {
      await using given = await options();
      await using other = await options();
      const decorators = [ApiBearerAuth('staff')];
      await using nest = await nestApp(RunyardModule.forRoot({ ...given, directory: true, decorators }), {
        platform,
        behind: [
          RunyardModule.forRoot({ ...other, name: 'batch', decorators }) as never,
          moduleOf({ controllers: [Theirs] }),
        ],
      });
      const document = documentOf(nest.app, version);
      const { schemas = {} } = document.components ?? {};
      const reason = 'nullable' in theirs(schemas) ? { type: 'string', nullable: true } : { type: ['string', 'null'] };
      expect([document.openapi, schemas.RunyardRun]).toMatchObject([version, { properties: { reason } }]);
      const faults = await openapiFaults(document);
      expect(version === '3.1.0' && 'nullable' in theirs(schemas) ? faults.filter(isNotOfNest11) : faults).toEqual([]);
    },
  );

  it("carry the module's decorators and its version, and the name of the Runyard", async () => {
    await using given = await options();
    const decorators = [ApiBearerAuth('staff')];
    const module = RunyardModule.forRoot({ ...given, name: 'batch', decorators, version: '2' });
    await using nest = await nestApp(module, {
      platform,
      prepare: (app) => app.enableVersioning({ type: VersioningType.URI }),
    });
    const operation = documentOf(nest.app).paths['/v2/api/batch/jobs']?.get;
    expect(operation).toMatchObject({ security: [{ staff: [] }], summary: expect.any(String) });
    expect(operation?.operationId).toContain('RunyardBatchController_listJobs');
  });

  it('are left out with `swagger: false`', async () => {
    await using given = await options();
    await using nest = await nestApp(RunyardModule.forRoot(given, { swagger: false }), { platform });
    expect(documentOf(nest.app).paths).toEqual({});
  });
});
