import { ownerOf } from '../../../access/principal.ts';
import { ownerText } from '../../names/codecs.ts';
import { getPath, isPlain } from '../../names/paths.ts';
import { unsupported } from '../../names/unsupported.ts';
import type { Call } from '../../route.ts';
import type { ReadRecipe } from './read-recipe.ts';

/** Recipes may say whose each secret is. A job gets only those of its owner: one of anybody else is refused. */
export const withSecretsOfOwner = async (
  { owners, principal }: Pick<Call, 'owners' | 'principal'>,
  { body, input }: ReadRecipe,
  path: string,
): Promise<void> => {
  const secrets = getPath(body, path);
  const owner = input.owner ?? ownerOf(principal);
  for (const [index, secret] of (Array.isArray(secrets) ? secrets : []).entries()) {
    if (!isPlain(secret) || secret.owner == null) continue;
    const field = `${path}.${index}.owner`;
    const { owner: whose } = await owners.find(ownerText(secret.owner, field, 'invalid-job'));
    if (whose !== owner)
      throw unsupported(
        field,
        secret.owner,
        `the owner of the job (${owner})`,
        'make a secret of that name for that owner',
      );
  }
};
