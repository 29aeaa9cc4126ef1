import type { SealedData, SealedDocument } from '../../access/vault/vault.ts';
import type { StoredDocument } from '../../domain/document.ts';
import { isRunyardError } from '../../domain/errors.ts';

/** Makes a change. That the document was encrypted anew meanwhile is nobody's edit, and no reason to refuse one. */
export const untilNotResealed = async <Data extends SealedData, T>(
  read: () => Promise<StoredDocument<Data>>,
  change: (document: StoredDocument<Data>) => Promise<T>,
): Promise<T> => {
  for (let document = await read(); ; ) {
    try {
      return await change(document);
    } catch (error) {
      if (!isRunyardError(error) || error.code !== 'edit-conflict') throw error;
      const now = await read();
      if (!isOnlyResealed(document, now)) throw error;
      document = now;
    }
  }
};

const isOnlyResealed = (before: SealedDocument, after: SealedDocument): boolean =>
  after.updatedAt === before.updatedAt && after.data.sealed.key !== before.data.sealed.key;
