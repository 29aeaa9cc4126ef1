import { isRunyardError } from '../../domain/errors.ts';
import type { Services } from '../../services/api.ts';
import type { SecretView } from '../../services/secrets/api.ts';

/** The owner's secrets of these names, as far as whoever asks may see them: of what a host's own provider knows, and to a token that may read no secrets, none. */
export const attachedSecrets = async (
  { secrets }: Services,
  owner: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, SecretView>> => {
  const wanted = new Set(names);
  const found = new Map<string, SecretView>();
  try {
    for (let after: string | undefined; found.size < wanted.size; ) {
      const page = await secrets.list({ owner, limit: 1000, ...(after !== undefined && { after }) });
      for (const secret of page.items) if (wanted.has(secret.name)) found.set(secret.name, secret);
      if (page.next === undefined) break;
      after = page.next;
    }
  } catch (error) {
    if (!isRunyardError(error) || error.code !== 'forbidden') throw error;
  }
  return found;
};
