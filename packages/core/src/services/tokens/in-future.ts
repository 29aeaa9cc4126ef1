import { RunyardError } from '../../domain/errors.ts';
import type { EngineContext } from '../../engine/context.ts';

/** Throws where a token would be dead from the beginning: seconds were given for milliseconds, as a rule. */
export const assertInFuture = ({ clock }: EngineContext, expiresAt: number | undefined): void => {
  if (expiresAt === undefined || expiresAt > clock.now()) return;
  throw new RunyardError(
    'invalid-request',
    `\`expiresAt\` is over already: expected a time to come, in ms since 1970, received ${expiresAt}.`,
    { field: 'expiresAt', expected: 'a time to come', received: String(expiresAt) },
  );
};
