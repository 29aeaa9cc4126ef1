import { randomBytes } from 'node:crypto';
import { unseal } from '../../access/vault/seal.ts';
import type { SealedDocument } from '../../access/vault/vault.ts';
import { isRunyardError } from '../../domain/errors.ts';
import { auditChange } from '../audit/audit-change.ts';
import type { VaultServices } from './vault-services.ts';

/**
 * Makes the installation's own keys anew that cannot be opened, each with its audit entry: what was signed with them is worth nothing any more. One that somebody
 * changes meanwhile is left as it is.
 */
export const replaceLostKeys = async (
  { context, principal, vault }: VaultServices,
  documents: readonly SealedDocument[],
): Promise<void> => {
  for (const document of documents) {
    const code = faultOf({ vault }, document);
    if (code === null) continue;
    const sealed = vault.seal(document, randomBytes(32).toString('base64'));
    const next = { ...document, data: { ...document.data, sealed }, revision: document.revision + 1 };
    const subject = { kind: 'key', id: document.id, name: document.name };
    const details = { because: code, was: document.data.sealed.key };
    await context.store.commit([
      [
        { kind: 'document.update', document: next, expectRevision: document.revision },
        auditChange(context, principal, { action: 'key.replaced', subject, owner: '', details }),
      ],
    ]);
  }
};

const faultOf = ({ vault }: Pick<VaultServices, 'vault'>, document: SealedDocument): string | null => {
  try {
    unseal(vault.ring, document, document.data.sealed);
    return null;
  } catch (error) {
    if (isRunyardError(error)) return error.code;
    throw error;
  }
};
