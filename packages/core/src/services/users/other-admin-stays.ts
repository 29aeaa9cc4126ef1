import type { UserData, UserDocument } from '../../access/directory/data.ts';
import { everyDocument } from '../../access/directory/every-document.ts';
import { RunyardError } from '../../domain/errors.ts';
import type { EngineContext } from '../../engine/context.ts';
import type { Change } from '../../ports/store.ts';

/**
 * To be written with what makes an admin none: another one as he is, at his next revision, so that of two who are made none at once one stays. Throws
 * `last-admin` where this one is the only one: nobody could make another.
 */
export const otherAdminStays = async ({ store }: EngineContext, { id, name }: UserDocument): Promise<Change> => {
  for await (const other of everyDocument<UserData>(store, { kind: 'user' })) {
    if (!other.data.admin || other.id === id) continue;
    const document = { ...other, revision: other.revision + 1 };
    return { kind: 'document.update', document, expectRevision: other.revision };
  }
  throw new RunyardError('last-admin', `'${name}' is the only admin. Make somebody else an admin first.`, { id });
};
