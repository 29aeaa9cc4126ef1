import { type Principal, visibleOwners } from '../access/principal.ts';
import { RunyardError } from '../domain/errors.ts';
import { parseImageBuild } from '../domain/job/parse-image-build.ts';
import { isAttemptFailed } from '../domain/run/launch-errors.ts';
import type { EngineContext } from '../engine/context.ts';
import type { ImageBuilder } from '../ports/image-builder.ts';
import type { Images } from './api.ts';
import { builtBy, rememberBuilder } from './built-by.ts';
import { mayDo } from './guard.ts';

export interface ImageServices {
  context: EngineContext;
  principal: Principal;
  defaultExecutor: string;
  /** Aborted when this Runyard closes: no build outlives it. */
  closing: AbortSignal;
}

export const createImages = (services: ImageServices): Images => {
  const { principal, closing } = services;
  const until = (signal: AbortSignal | undefined): AbortSignal =>
    signal ? AbortSignal.any([signal, closing]) : closing;
  return {
    async build(input, { executor, signal, onLog = ignored, onProgress = ignored } = {}) {
      mayDo(principal, 'image.build');
      const [name, images] = builder(services, executor);
      const spec = parseImageBuild(input);
      const owners = visibleOwners(principal);
      const options = { signal: until(signal), log: onLog, onProgress, ...(owners && { owners }) };
      const image = { ...(await images.build(spec, options).catch(rethrow)), executor: name };
      if (owners) await rememberBuilder(services.context, principal, image);
      return image;
    },

    async get(ref, { executor, signal } = {}) {
      mayDo(principal, 'image.read');
      const [name, images] = builder(services, executor);
      const image = await images.get(ref, until(signal));
      if (image) return { ...image, executor: name };
      throw new RunyardError(
        'image-not-found',
        `The executor '${name}' has built no image '${ref}', or it was removed.`,
      );
    },

    async list({ executor, signal } = {}) {
      mayDo(principal, 'image.read');
      const [name, images] = builder(services, executor);
      const all = (await images.list(until(signal))).map((image) => ({ ...image, executor: name }));
      const owners = visibleOwners(principal);
      return owners ? builtBy(services.context, owners, all) : all;
    },
  };
};

const ignored = (): void => {};

// The one that is named, else the default one where it can, else the first that can.
const builder = (
  { context: { executors }, defaultExecutor }: ImageServices,
  asked: string | undefined,
): [name: string, images: ImageBuilder] => {
  const able = [...executors].flatMap(([name, { images }]) => (images ? [[name, images] as const] : []));
  const found =
    able.find(([name]) => name === (asked ?? defaultExecutor)) ?? (asked === undefined ? able[0] : undefined);
  if (found) return [...found];
  const names = able.map(([name]) => name);
  if (asked !== undefined && !executors.has(asked))
    throw new RunyardError('unknown-executor', `\`executor\` is '${asked}', which is not configured here.`, {
      field: 'executor',
      expected: names.join(', ') || 'an executor that builds images',
      received: asked,
    });
  throw new RunyardError(
    'unsupported-by-executor',
    `${asked === undefined ? 'No executor here' : `The executor '${asked}'`} builds images: use the Docker executor (@runyard/docker-executor).`,
    { field: 'executor', ...(names.length > 0 && { expected: names.join(', ') }) },
  );
};

const rethrow = (error: unknown): never => {
  if (isAttemptFailed(error)) throw new RunyardError('image-build-failed', error.message, { cause: error });
  throw error;
};
