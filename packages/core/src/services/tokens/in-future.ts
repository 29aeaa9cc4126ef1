import { RunyardError } from '../../domain/errors.ts';
import type { EngineContext } from '../../engine/context.ts';

/** Throws where a token would be dead from the beginning: seconds were given for milliseconds, as a rule. */
export const assertInFuture = ({ clock }: EngineContext, expiresAt: number | undefined): void => {
  if (expiresAt === undefined || expiresAt > clock.now()) return;
  const received = new Date(expiresAt).toISOString();
  throw new RunyardError(
    'invalid-request',
    `\`expiresAt\` is over already: expected a time to come, received ${received}.${expiresAt < year2000 ? ' In the library it is in milliseconds.' : ''}`,
    { field: 'expiresAt', expected: 'a time to come', received },
  );
};

const year2000 = 946_684_800_000;
