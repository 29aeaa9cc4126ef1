import type { SecretProvider } from '../../ports/secret-provider.ts';
import type { GitCredential } from '../../ports/source.ts';
import type { Store } from '../../ports/store.ts';
import { credentialOf, textOf } from './host-answers.ts';
import type { SealedDocument, Vault } from './vault.ts';

/** Secrets and git credentials as jobs get them: those of their owner in the vault, then what the host's own provider has. */
export const vaultProvider = (
  { store, vault }: { store: Pick<Store, 'documentByName'>; vault: Vault },
  host: SecretProvider | null,
): SecretProvider => ({
  async has(what, name, options) {
    if (await store.documentByName(what, options.owner, name)) return true;
    if (host?.has) return host.has(what, name, options);
    return (await (what === 'secret' ? host?.secret(name, options) : host?.gitCredential?.(name, options))) != null;
  },
  async secret(name, options) {
    // Also without keys: a value that is there and cannot be opened must not be another's by the same name.
    const document = await store.documentByName('secret', options.owner, name);
    if (document) return vault.open(document as SealedDocument);
    return textOf(await host?.secret(name, options), { ...options, name });
  },
  async gitCredential(name, options) {
    const document = await store.documentByName('git-credential', options.owner, name);
    if (document) return JSON.parse(vault.open(document as SealedDocument)) as GitCredential;
    return credentialOf(await host?.gitCredential?.(name, options), { ...options, name });
  },
});
