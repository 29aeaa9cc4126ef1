import { isExpired, type TokenData } from '../../access/directory/data.ts';
import { everyDocument } from '../../access/directory/every-document.ts';
import type { EngineContext } from '../../engine/context.ts';

/** So long one can see that it is over. */
const keptMs = 30 * 24 * 3_600_000;

/** Forgets what has long expired of a user's tokens, so that rotation leaves nothing behind for ever. What cannot be done now is done next time. */
export const forgetExpired = async ({ store, clock, logger }: EngineContext, userId: string): Promise<void> => {
  try {
    for await (const { id, data } of everyDocument<TokenData>(store, { kind: 'token', owners: [`user:${userId}`] }))
      if (isExpired(data, clock.now() - keptMs))
        await store.commit([[{ kind: 'document.remove', documentKind: 'token', id }]]);
  } catch (error) {
    logger.warn({ err: error, userId }, 'expired tokens could not be forgotten now');
  }
};
