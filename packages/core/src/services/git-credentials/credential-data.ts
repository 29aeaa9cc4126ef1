import { hostOfOrigin } from '../../access/git/https-origin.ts';
import type { SealedData } from '../../access/vault/vault.ts';
import type { StoredDocument } from '../../domain/document.ts';
import type { GitCredentialView } from './api.ts';

/** What everybody who may see the credential can read of it; the rest is in `sealed`: the JSON of a `GitCredential`. */
export type PublicHalf =
  | { kind: 'ssh'; publicKey: string; fingerprint: string; knownHosts: string }
  | { kind: 'https'; origin: string; username: string };

export type CredentialData = SealedData & PublicHalf & { description: string };

export type CredentialDocument = StoredDocument<CredentialData>;

/** All that is told of a credential. */
export const credentialView = ({
  id,
  name,
  owner,
  data,
  createdAt,
  updatedAt,
}: CredentialDocument): GitCredentialView => {
  const common = { id, name, owner, description: data.description, keyId: data.sealed.key, createdAt, updatedAt };
  if (data.kind === 'https')
    return { ...common, kind: 'https', host: hostOfOrigin(data.origin), username: data.username };
  const { publicKey, fingerprint, knownHosts } = data;
  return { ...common, kind: 'ssh', publicKey, fingerprint, knownHosts };
};
