import type { DocumentKind, StoredDocument } from '../../domain/document.ts';
import { RunyardError } from '../../domain/errors.ts';
import type { Store } from '../../ports/store.ts';
import { howToMake, type KeyRing } from './key-ring.ts';
import { type Sealed, type SealedFor, seal, unseal } from './seal.ts';

/** The kinds of documents that may hold an encrypted value, always as `data.sealed`. */
export const sealedKinds = ['secret', 'git-credential', 'webhook', 'key'] as const satisfies readonly DocumentKind[];

export interface SealedData {
  sealed: Sealed;
}

export type SealedDocument = StoredDocument<SealedData>;

/** Values that are encrypted at rest. The store sees their ciphertexts, and nobody else sees either. */
export interface Vault {
  /** Null: the host gave no keys, so that nothing can be put in or taken out. */
  readonly ring: KeyRing | null;
  /** Throws `no-encryption-key`, which says how to make one. */
  seal(of: SealedFor, value: string): Sealed;
  /**
   * Throws `key-missing` and `value-damaged`. What was encrypted with a key that is not the current one is encrypted anew behind the caller's
   * back: whoever else changes it meanwhile wins.
   */
  open(document: SealedDocument): string;
}

export const createVault = (store: Pick<Store, 'commit'>, ring: KeyRing | null): Vault => {
  const resealing = new Set<string>();
  return {
    ring,
    seal: (of, value) => seal(ringOf(ring), of, value),
    open(document) {
      const { id, data } = document;
      const value = unseal(ring, document, data.sealed);
      if (data.sealed.key !== ring?.current.id && !resealing.has(id)) {
        resealing.add(id);
        // Its next use tries again.
        resealAll(store, ringOf(ring), [{ document, value }])
          .catch(() => {})
          .finally(() => resealing.delete(id));
      }
      return value;
    },
  };
};

/** Encrypts each with the current key, unless it was changed since it was read; tells of each whether it was. When it was changed by people is left as it is. */
export const resealAll = async (
  store: Pick<Store, 'commit'>,
  ring: KeyRing,
  opened: readonly { document: SealedDocument; value: string }[],
): Promise<boolean[]> => {
  const results = await store.commit(
    opened.map(({ document, value }) => {
      const data = { ...document.data, sealed: seal(ring, document, value) };
      const next = { ...document, data, revision: document.revision + 1 };
      return [{ kind: 'document.update', document: next, expectRevision: document.revision }];
    }),
  );
  return results.map(({ ok }) => ok);
};

/** The host's keys. Throws `no-encryption-key`. */
export const ringOf = (ring: KeyRing | null): KeyRing => {
  if (ring) return ring;
  throw new RunyardError(
    'no-encryption-key',
    `This host has no key to encrypt secrets with. ${howToMake}, keep it where the host's own secrets are, and give it as \`createRunyard({ encryptionKeys: [{ id: 'key-1', key }] })\`.`,
    { field: 'encryptionKeys', expected: 'a list of { id, key }', received: 'nothing' },
  );
};
