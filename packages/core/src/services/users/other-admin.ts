import type { UserData, UserDocument } from '../../access/directory/data.ts';
import { everyDocument } from '../../access/directory/every-document.ts';
import { RunyardError } from '../../domain/errors.ts';
import type { EngineContext } from '../../engine/context.ts';

/** Throws `last-admin` where this one is the only one: nobody could make another. */
export const assertOtherAdmin = async ({ store }: EngineContext, { id, name }: UserDocument): Promise<void> => {
  for await (const other of everyDocument<UserData>(store, { kind: 'user' }))
    if (other.data.admin && other.id !== id) return;
  throw new RunyardError('last-admin', `'${name}' is the only admin. Make somebody else an admin first.`, { id });
};
