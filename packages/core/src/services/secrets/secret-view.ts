import type { SealedData } from '../../access/vault/vault.ts';
import type { StoredDocument } from '../../domain/document.ts';
import type { SecretView } from './api.ts';

export interface SecretData extends SealedData {
  description: string;
}

/** All that is told of a secret. */
export const secretView = ({
  id,
  name,
  owner,
  data,
  createdAt,
  updatedAt,
}: StoredDocument<SecretData>): SecretView => ({
  id,
  name,
  owner,
  description: data.description,
  keyId: data.sealed.key,
  createdAt,
  updatedAt,
});
