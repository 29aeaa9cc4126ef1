import type { Principal } from '../../access/principal.ts';
import { RunyardError } from '../../domain/errors.ts';
import type { EngineContext } from '../../engine/context.ts';
import type { Change } from '../../ports/store.ts';
import { isId } from '../guard.ts';

/**
 * A guard, to be written with a token that somebody makes by one of the directory, that this one is not revoked meanwhile. Throws `unauthenticated` where
 * it is.
 */
export const mintingTokenThere = async (
  { store }: EngineContext,
  { directory, token }: Principal,
): Promise<readonly Change[]> => {
  if (directory !== 'token' || !isId(token)) return [];
  if (await store.document('token', token)) return [{ kind: 'document.expect', documentKind: 'token', id: token }];
  throw new RunyardError('unauthenticated', 'The token that this was asked with was revoked meanwhile.');
};

/** When what it makes ends, epoch ms: as it is asked for, and no later than `latest`; both null: never. Throws `invalid-request`. */
export const endOf = (asked: number | undefined, latest: number | null): number | null => {
  if (asked === undefined || latest === null || asked <= latest) return asked ?? latest;
  const expected = `at most ${new Date(latest).toISOString()}, when the token that asks for it ends`;
  const received = new Date(asked).toISOString();
  throw new RunyardError(
    'invalid-request',
    `\`expiresAt\` is not valid: expected ${expected}; received ${received}. Ask with a token that lives longer.`,
    { field: 'expiresAt', expected, received },
  );
};
