import { everyDocument } from '../access/directory/every-document.ts';
import { ownerOf, type Principal } from '../access/principal.ts';
import { isRunyardError } from '../domain/errors.ts';
import type { EngineContext } from '../engine/context.ts';
import type { ImageView } from './api.ts';
import { makeDocument } from './documents/write-document.ts';

/*
 * The engine that has the images knows no owners, and whoever asks for one that is there already gets that one. So each who has asked is remembered, beside
 * it. Killed before that, he has had no answer, and asks again.
 */

/** Once for each who builds it. */
export const rememberBuilder = async (
  context: EngineContext,
  principal: Principal,
  image: ImageView,
): Promise<void> => {
  const { tag, executor } = image;
  const given = { kind: 'image', owner: ownerOf(principal), name: nameOf(image), data: { tag, executor } } as const;
  await makeDocument(context, principal, { given, told: { deed: 'built', details: { tag, executor } } }).catch(
    unlessKnown,
  );
};

/** Of these images, those that one of these owners has built. */
export const builtBy = async (
  { store }: EngineContext,
  owners: readonly string[],
  images: readonly ImageView[],
): Promise<ImageView[]> => {
  const known = new Set<string>();
  for await (const { name } of everyDocument(store, { kind: 'image', owners })) known.add(name);
  return images.filter((image) => known.has(nameOf(image)));
};

const nameOf = ({ executor, tag }: Pick<ImageView, 'executor' | 'tag'>): string =>
  `${executor} ${tag}`.slice(0, longestName);

const longestName = 255;

const unlessKnown = (error: unknown): void => {
  if (!isRunyardError(error) || error.code !== 'name-in-use') throw error;
};
