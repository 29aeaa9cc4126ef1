import { z } from 'zod';
import type { ImageBuildInput } from '../../domain/job/job-schema.ts';
import { imageAnswer } from '../answers/image-answer.ts';
import { pageKeys } from '../answers/page-answer.ts';
import { buildLines } from '../images/build-lines.ts';
import { imagePage } from '../images/image-page.ts';
import { negotiate } from '../logs/negotiate.ts';
import { streamed } from '../logs/streamed.ts';
import { imageBuildCodec } from '../names/image-codecs.ts';
import { row } from '../names/name-row.ts';
import { inWireNames } from '../names/wire-error.ts';
import { json, type Route, route } from '../route.ts';
import { buildLine, builtImage, builtImageExample, builtImageList } from '../schemas/images.ts';
import { imageBuild } from '../schemas/job-request.ts';
import { paging } from '../schemas/query.ts';

const executor = z
  .string()
  .min(1)
  .optional()
  .describe('Name of an executor that builds images. Default: the default executor where it does, else the first.');

const formats = ['application/json', 'application/x-ndjson'] as const;

/** Images that were built: where a job gets what it needs without installing it at every start. `/images` is the published directory of images, which is another thing. */
export const imageRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/built_images',
    id: 'listImages',
    summary: 'List the images that one has built, newest first',
    description:
      'Admins see those of everybody, also those that a job has built for itself at its start (`image_build`).',
    query: z.object({ ...paging, executor }),
    answers: {
      200: { description: 'A page of images', schema: builtImageList, example: { images: [builtImageExample] } },
    },
    errors: ['unknown-executor', 'unsupported-by-executor'],
    handle: async ({ services, query, request }) => {
      const page = imagePage(await services.images.list(optionsOf(query, request)), query);
      return json({ images: page.items.map(imageAnswer), ...pageKeys(page) });
    },
  }),
  route({
    method: 'GET',
    path: '/built_images/find',
    id: 'findImage',
    summary: 'Find an image by its tag or id',
    description: 'Whoever has built it: the same inputs are one image, for everybody.',
    query: z.object({ ref: z.string().min(1).max(1024).describe('Tag or id.'), executor }),
    answers: { 200: { description: 'The image', schema: builtImage, example: builtImageExample } },
    errors: ['unknown-executor', 'unsupported-by-executor', 'image-not-found'],
    handle: async ({ services, query, request }) =>
      json(imageAnswer(await services.images.get(query.ref, optionsOf(query, request)))),
  }),
  route({
    method: 'POST',
    path: '/built_images',
    id: 'buildImage',
    summary: 'Build an image, or find what was built from the same before',
    description:
      'A build is known by all that goes into it: calls that want the same share one build, and whoever was cut off asks again. A client that goes away ends it once nobody else waits for it. ' +
      'With `Accept: application/x-ndjson` each line is a JSON object by its `type`: `log` (`text`), `progress` (`phase`, `sentence`), `alive` in long silences, and at last `image` (`image`, as below) or `error` (`error`, a problem). ' +
      'A client that reads too slowly misses lines of the log, and is told how many (`left_out`).',
    query: z.object({ executor }),
    body: {
      schema: imageBuild,
      code: 'invalid-image',
      required: true,
      example: { base: 'python:3.13', pip: ['polars'] },
    },
    answers: {
      200: {
        description: 'The image',
        schema: builtImage,
        contentTypes: formats,
        lineSchema: buildLine,
        example: builtImageExample,
      },
    },
    errors: ['unknown-executor', 'unsupported-by-executor', 'image-build-failed'],
    handle: async ({ services, query, body, request, streams }) => {
      const spec = imageBuildCodec.read(body, '') as ImageBuildInput;
      const build: Parameters<typeof buildLines>[0] = (options) =>
        inWireNames(body, names, () => services.images.build(spec, { ...executorOf(query), ...options }));
      const format = negotiate(request.headers.get('accept'), formats);
      if (format === 'application/json') return json(imageAnswer(await build({ signal: request.signal })));
      return streamed(format, {
        produce: (write, signal) => buildLines(build, { write, signal, keepAliveMs: streams.keepAliveMs }),
        signals: [request.signal, streams.signal],
        // What is refused is refused with a status, before anything is built.
        peek: true,
      });
    },
  }),
];

interface ExecutorQuery {
  executor?: string | undefined;
}

const executorOf = ({ executor: name }: ExecutorQuery) => (name === undefined ? {} : { executor: name });

const optionsOf = (query: ExecutorQuery, { signal }: Request) => ({ ...executorOf(query), signal });

const names = [
  row('requirements_txt', 'requirementsTxt'),
  row('environment_yml', 'environmentYml'),
  row('post_build', 'postBuild'),
];
