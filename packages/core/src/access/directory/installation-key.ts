import { randomBytes } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import type { Entropy } from '../../ports/entropy.ts';
import type { Change, Store } from '../../ports/store.ts';
import { auditEntry } from '../audited.ts';
import { systemPrincipal } from '../principal.ts';

/** How a key is kept in the store. Without one it lies there as it is: whoever can read the store could then make job tokens. */
export interface KeySeal {
  seal(key: Uint8Array): string;
  open(sealed: string): Uint8Array;
}

const plain: KeySeal = {
  seal: (key) => Buffer.from(key).toString('base64'),
  open: (text) => Buffer.from(text, 'base64'),
};

/** The installation's key for one purpose: made once, whichever of its instances comes first. */
export const installationKey = async (
  { store, clock, entropy }: { store: Store; clock: Clock; entropy: Entropy },
  name: string,
  seal: KeySeal = plain,
): Promise<Uint8Array> => {
  const before = await store.documentByName('key', '', name);
  if (before) return seal.open((before.data as { key: string }).key);
  const key = randomBytes(32);
  const at = clock.now();
  const id = entropy.id();
  const insert: Change = {
    kind: 'document.insert',
    document: {
      kind: 'key',
      id,
      owner: '',
      name,
      lookup: null,
      revision: 1,
      data: { key: seal.seal(key) },
      createdAt: at,
      updatedAt: at,
    },
  };
  const deed = { action: 'key.created', subject: { kind: 'key', id, name }, owner: '' };
  const entry = auditEntry(systemPrincipal, deed, { id: entropy.id(), at });
  const [result] = await store.commit([[insert, { kind: 'audit.insert', entry }]]);
  if (result?.ok) return key;
  const theirs = await store.documentByName('key', '', name);
  if (theirs) return seal.open((theirs.data as { key: string }).key);
  throw new TypeError(`The key '${name}' could not be made, and is not there.`);
};
