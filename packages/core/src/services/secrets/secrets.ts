import { ownerOf, visibleOwnersAmong } from '../../access/principal.ts';
import type { StoredDocument } from '../../domain/document.ts';
import { documentFor } from '../documents/document-for.ts';
import { untilNotResealed } from '../documents/until-not-resealed.ts';
import { changeDocument, dropDocument, makeDocument } from '../documents/write-document.ts';
import { mayDo, mayOwn } from '../guard.ts';
import { pageQuery } from '../page-query.ts';
import type { Secrets } from './api.ts';
import { parseSecret, parseSecretPatch } from './parse-secret.ts';
import { refuseWhileUsed } from './refuse-while-used.ts';
import { rotateKeys } from './rotate-keys.ts';
import { type SecretData, secretView } from './secret-view.ts';
import type { VaultServices } from './vault-services.ts';

export const createSecrets = (services: VaultServices): Secrets => {
  const { context, principal, vault } = services;
  const { store, entropy } = context;
  const find = (id: string, action: 'secret.read' | 'secret.write'): Promise<StoredDocument<SecretData>> =>
    documentFor<SecretData>(context, principal, { kind: 'secret', id, action });

  return {
    async create(input) {
      mayDo(principal, 'secret.write');
      const { id = entropy.id(), name, value, owner = ownerOf(principal), description } = parseSecret(input);
      mayOwn(principal, 'secret.write', owner);
      const identity = { kind: 'secret', id, owner, name } as const;
      const data = { description, sealed: vault.seal(identity, value) };
      const given = { ...identity, data };
      return secretView(await makeDocument<SecretData>(context, principal, { given, told: { deed: 'created' } }));
    },

    get: async (id) => secretView(await find(id, 'secret.read')),

    async list({ owner, name, ...paging } = {}) {
      mayDo(principal, 'secret.read');
      const owners = visibleOwnersAmong(principal, owner);
      const page = await store.documents({
        kind: 'secret',
        ...pageQuery(paging, false),
        ...(owners && { owners }),
        ...(name !== undefined && { name }),
      });
      return { ...page, items: page.items.map((document) => secretView(document as StoredDocument<SecretData>)) };
    },

    async update(id, patch) {
      const { value, description } = parseSecretPatch(patch);
      return untilNotResealed(
        () => find(id, 'secret.write'),
        async (document) => {
          if (value === undefined && description === undefined) return secretView(document);
          const data = {
            ...document.data,
            ...(description !== undefined && { description }),
            ...(value !== undefined && { sealed: vault.seal(document, value) }),
          };
          const details = { value: value !== undefined, description: description !== undefined };
          const told = { deed: 'changed', details };
          return secretView(await changeDocument(context, principal, { document, change: { data }, told }));
        },
      );
    },

    async remove(id, { allowInUse = false } = {}) {
      const document = await find(id, 'secret.write');
      if (!allowInUse) await refuseWhileUsed(store, document);
      await dropDocument(context, principal, { document, told: { deed: 'removed' } });
    },

    rotate: (options = {}) => rotateKeys(services, options),
  };
};
