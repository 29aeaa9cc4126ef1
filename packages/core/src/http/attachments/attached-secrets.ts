import { isRunyardError } from '../../domain/errors.ts';
import type { Services } from '../../services/api.ts';
import type { SecretView } from '../../services/secrets/api.ts';

/** So many are asked for at once. */
const atOnce = 20;

/** The owner's secrets of these names, as far as whoever asks may see them: of what a host's own provider knows, and to a token that may read no secrets, none. */
export const attachedSecrets = async (
  { secrets }: Services,
  owner: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, SecretView>> => {
  // By name, since an owner may have very many that the job has nothing to do with.
  const wanted = [...new Set(names)];
  const found = new Map<string, SecretView>();
  try {
    for (let from = 0; from < wanted.length; from += atOnce) {
      const some = wanted.slice(from, from + atOnce);
      const pages = await Promise.all(some.map((name) => secrets.list({ owner, name, limit: 1 })));
      for (const secret of pages.flatMap(({ items }) => items)) found.set(secret.name, secret);
    }
  } catch (error) {
    if (!isRunyardError(error) || error.code !== 'forbidden') throw error;
  }
  return found;
};
