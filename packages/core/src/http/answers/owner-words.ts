import { isRunyardError, RunyardError } from '../../domain/errors.ts';
import type { OwnerNames, Owners } from '../../services/owners/api.ts';

/** Sentences with what owners are called for their ids: `group:lab has no secret 's'`. One lookup for all of them; who has no name keeps the id. */
export const inOwnerWords = async <S extends { sentence: string }>(
  owners: Owners,
  told: readonly S[],
): Promise<S[]> => {
  const ids = told.flatMap(({ sentence }) => sentence.match(ownerId) ?? []);
  if (ids.length === 0) return [...told];
  const names = await owners.named(ids);
  return told.map((each) => ({ ...each, sentence: withNames(each.sentence, names) }));
};

/** An error likewise. Where names cannot be had now, it stays as it is: it is what counts. */
export const errorInOwnerWords = async (owners: Owners, error: unknown): Promise<unknown> => {
  if (!isRunyardError(error) || !error.message.match(ownerId)) return error;
  const [told] = await inOwnerWords(owners, [{ sentence: error.message }]).catch(() => []);
  if (!told || told.sentence === error.message) return error;
  const { code, field, expected, received, id, position, retryAfterMs } = error;
  return new RunyardError(code, told.sentence, {
    ...(field !== undefined && { field }),
    ...(expected !== undefined && { expected }),
    ...(received !== undefined && { received }),
    ...(id !== undefined && { id }),
    ...(position !== undefined && { position }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    cause: error,
  });
};

const ownerId = /\b(?:user|group):[0-9a-f]{32}\b/g;

const withNames = (sentence: string, names: OwnerNames): string =>
  sentence.replace(ownerId, (owner) => {
    const name = names.get(owner)?.name;
    return name === undefined ? owner : `${owner.split(':', 1)[0]}:${name}`;
  });
