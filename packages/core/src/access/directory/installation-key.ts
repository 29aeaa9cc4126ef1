import { randomBytes } from 'node:crypto';
import type { StoredDocument } from '../../domain/document.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Entropy } from '../../ports/entropy.ts';
import type { Store } from '../../ports/store.ts';
import { auditEntry } from '../audited.ts';
import { systemPrincipal } from '../principal.ts';
import type { SealedFor } from '../vault/seal.ts';
import type { SealedData, SealedDocument, Vault } from '../vault/vault.ts';

/** Without the host's keys it lies in the store as it is: whoever can read that could make job tokens. */
type KeyData = SealedData | { plain: string };

export interface KeyParts {
  store: Store;
  clock: Clock;
  entropy: Entropy;
  vault: Vault;
}

/** The installation's own key for one purpose: made once, by whichever of its instances comes first. Throws `key-missing`, `value-damaged`. */
export const installationKey = async (parts: KeyParts, name: string): Promise<Uint8Array> => {
  const before = await parts.store.documentByName('key', '', name);
  if (before) return opened(parts, before as StoredDocument<KeyData>);
  const made = await makeKey(parts, name);
  if (made) return made;
  const theirs = await parts.store.documentByName('key', '', name);
  if (theirs) return opened(parts, theirs as StoredDocument<KeyData>);
  throw new TypeError(`The key '${name}' could not be made, and is not there.`);
};

// Null: another instance was faster.
const makeKey = async ({ store, clock, entropy, vault }: KeyParts, name: string): Promise<Uint8Array | null> => {
  const key = randomBytes(32);
  const at = clock.now();
  const identity = { kind: 'key', id: entropy.id(), owner: '', name } as const;
  const data = closed(vault, identity, Buffer.from(key).toString('base64'));
  const document = { ...identity, lookup: null, revision: 1, data, createdAt: at, updatedAt: at };
  const deed = { action: 'key.created', subject: { kind: 'key', id: identity.id, name }, owner: '' };
  const entry = auditEntry(systemPrincipal, deed, { id: entropy.id(), at });
  const [result] = await store.commit([
    [
      { kind: 'document.insert', document },
      { kind: 'audit.insert', entry },
    ],
  ]);
  return result?.ok ? key : null;
};

// A host that has got keys since encrypts what it finds.
const opened = async ({ store, vault }: KeyParts, document: StoredDocument<KeyData>): Promise<Uint8Array> => {
  if ('sealed' in document.data) return Buffer.from(vault.open(document as SealedDocument), 'base64');
  const { plain } = document.data;
  if (vault.ring) {
    const next = { ...document, revision: document.revision + 1, data: closed(vault, document, plain) };
    await store.commit([[{ kind: 'document.update', document: next, expectRevision: document.revision }]]);
  }
  return Buffer.from(plain, 'base64');
};

const closed = (vault: Vault, of: SealedFor, text: string): KeyData =>
  vault.ring ? { sealed: vault.seal(of, text) } : { plain: text };
