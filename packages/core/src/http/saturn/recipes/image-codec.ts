import type { Codec } from '../../names/name-row.ts';
import { isPlain } from '../../names/paths.ts';
import { unsupported } from '../../names/unsupported.ts';

/**
 * A recipe's image: a name, `{ uri }`, or the name and version of a directory of images that we do not have, which become `owner/name:version`. Recipes
 * have to have one: an empty `uri` stands for none.
 */
export const recipeImageCodec: Codec = {
  read: (value, field) => {
    if (!isPlain(value)) return value === '' ? null : value;
    const { uri, tag_id: tag, name, version, owner } = value;
    if (tag !== undefined)
      throw unsupported(`${field}.tag_id`, tag, 'left out', 'there is no directory of images: give `uri`');
    if (uri !== undefined) return uri === '' ? null : uri;
    const whose = ownerIn(owner);
    return `${whose === '' ? '' : `${whose}/`}${String(name)}:${String(version)}`;
  },
  write: (value) => ({ uri: typeof value === 'string' ? value : '' }),
};

const ownerIn = (owner: unknown): string => {
  if (typeof owner === 'string') return owner;
  return isPlain(owner) && typeof owner.name === 'string' ? owner.name : '';
};
