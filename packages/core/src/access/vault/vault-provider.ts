import type { SecretProvider } from '../../ports/secret-provider.ts';
import type { Store } from '../../ports/store.ts';
import type { SealedDocument, Vault } from './vault.ts';

/** Secrets as jobs get them: those of their owner in the vault, then what the host's own provider has. */
export const vaultProvider = (
  { store, vault }: { store: Pick<Store, 'documentByName'>; vault: Vault },
  host: SecretProvider | null,
): SecretProvider => ({
  async secret(name, options) {
    // Also without keys: a value that is there and cannot be opened must not be another's by the same name.
    const document = await store.documentByName('secret', options.owner, name);
    if (document) return vault.open(document as SealedDocument);
    return (await host?.secret(name, options)) ?? null;
  },
  gitCredential: async (name, options) => (await host?.gitCredential?.(name, options)) ?? null,
});
