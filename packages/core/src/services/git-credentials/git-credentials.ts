import { ownerOf, visibleOwnersAmong } from '../../access/principal.ts';
import type { Vault } from '../../access/vault/vault.ts';
import type { GitCredential } from '../../ports/source.ts';
import { documentFor } from '../documents/document-for.ts';
import { untilNotResealed } from '../documents/until-not-resealed.ts';
import { changeDocument, dropDocument, makeDocument } from '../documents/write-document.ts';
import { mayDo, mayOwn } from '../guard.ts';
import { pageQuery } from '../page-query.ts';
import type { VaultServices } from '../secrets/vault-services.ts';
import type { GitCredentialInput, GitCredentials, GitCredentialView } from './api.ts';
import { type CredentialData, type CredentialDocument, credentialView } from './credential-data.ts';
import { changedHalves, type Halves, newHalves } from './credential-halves.ts';
import { parseCredential, parseCredentialPatch } from './parse-credential.ts';
import { refuseCredentialInUse } from './refuse-credential-in-use.ts';
import { type ScanHost, scanForPeople } from './scan-for-people.ts';

export interface GitCredentialServices extends VaultServices {
  scanHost: ScanHost;
}

export const createGitCredentials = (services: GitCredentialServices): GitCredentials => {
  const { context, principal, vault } = services;
  const { store, entropy } = context;
  const find = (id: string, action: 'secret.read' | 'secret.write'): Promise<CredentialDocument> =>
    documentFor<CredentialData>(context, principal, { kind: 'git-credential', id, action });

  const create = async (input: GitCredentialInput): Promise<GitCredentialView> => {
    mayDo(principal, 'secret.write');
    const parsed = parseCredential(input);
    const { name, owner = ownerOf(principal), description = '' } = parsed;
    mayOwn(principal, 'secret.write', owner);
    const { secret, shown } = newHalves(parsed);
    const identity = { kind: 'git-credential', id: entropy.id(), owner, name } as const;
    const data = { ...shown, description, sealed: vault.seal(identity, JSON.stringify(secret)) };
    const told = { deed: 'created', details: toldOf(shown) };
    const given = { ...identity, data };
    return credentialView(await makeDocument<CredentialData>(context, principal, { given, told }));
  };

  return {
    create: create as GitCredentials['create'],

    get: async (id) => credentialView(await find(id, 'secret.read')),

    async list({ owner, name, ...paging } = {}) {
      mayDo(principal, 'secret.read');
      const owners = visibleOwnersAmong(principal, owner);
      const page = await store.documents({
        kind: 'git-credential',
        ...pageQuery(paging, false),
        ...(owners && { owners }),
        ...(name !== undefined && { name }),
      });
      return { ...page, items: page.items.map((document) => credentialView(document as CredentialDocument)) };
    },

    update: (id, patch) =>
      untilNotResealed(
        () => find(id, 'secret.write'),
        async (document) => {
          const { description, ...changes } = parseCredentialPatch(document.data.kind, patch);
          const changed = Object.keys(patch).filter((field) => patch[field as keyof typeof patch] !== undefined);
          if (changed.length === 0) return credentialView(document);
          const sealed = Object.keys(changes).length === 0 ? {} : sealedAnew(vault, document, changes);
          const data = { ...document.data, ...sealed, ...(description !== undefined && { description }) };
          const told = { deed: 'changed', details: { ...toldOf(data), changed } };
          return credentialView(await changeDocument(context, principal, { document, change: { data }, told }));
        },
      ),

    async remove(id, { allowInUse = false } = {}) {
      const document = await find(id, 'secret.write');
      if (!allowInUse) await refuseCredentialInUse(store, document);
      await dropDocument(context, principal, { document, told: { deed: 'removed' } });
    },

    async scanHost(host, options = {}) {
      mayDo(principal, 'secret.write');
      return scanForPeople(services.scanHost, host, options);
    },
  };
};

const sealedAnew = (
  vault: Vault,
  document: CredentialDocument,
  changes: Parameters<typeof changedHalves>[2],
): Pick<CredentialData, 'sealed'> & Halves['shown'] => {
  const before = JSON.parse(vault.open(document)) as GitCredential;
  const { secret, shown } = changedHalves({ secret: before, shown: document.data }, document.name, changes);
  return { ...shown, sealed: vault.seal(document, JSON.stringify(secret)) };
};

// What may be seen of it is worth telling: whose key it was, or which host it was for.
const toldOf = (shown: Halves['shown']): Record<string, string> =>
  shown.kind === 'ssh'
    ? { kind: 'ssh', fingerprint: shown.fingerprint }
    : { kind: 'https', origin: shown.origin, username: shown.username };
