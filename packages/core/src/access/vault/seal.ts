import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { StoredDocument } from '../../domain/document.ts';
import { RunyardError } from '../../domain/errors.ts';
import type { KeyRing, RingKey } from './key-ring.ts';

/** An encrypted value, as it lies in a document's `data.sealed`: plain JSON, and of no use without its key. */
export interface Sealed {
  /** Id of the key. */
  key: string;
  /** 96 random bits, base64. */
  nonce: string;
  /** Ciphertext and its tag of 128 bits, base64. */
  box: string;
}

/** What a value belongs to. It opens there and nowhere else. */
export type SealedFor = Pick<StoredDocument, 'kind' | 'id' | 'owner' | 'name'>;

/** Encrypts with AES-256-GCM under the current key. */
export const seal = ({ current }: KeyRing, of: SealedFor, value: string): Sealed => {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, current.key, nonce).setAAD(additionalData(of));
  const box = Buffer.concat([cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return { key: current.id, nonce: nonce.toString('base64'), box: box.toString('base64') };
};

/**
 * The value. Throws `key-missing` with the id of the key that this host was not given (none at all: `ring` is null), and `value-damaged` for what
 * was changed, was moved from another record, owner or name, or was encrypted with another key of the same id.
 */
export const unseal = (ring: KeyRing | null, of: SealedFor, sealed: Sealed): string => {
  const key = keyOf(ring, of, sealed);
  try {
    return opened(key, of, sealed);
  } catch {
    // What the cipher says of it helps nobody, and its cause is left out lest it shows anything.
    throw new RunyardError(
      'value-damaged',
      `The value of ${wordsOf(of)} cannot be opened with the key '${key.id}': it was changed or moved in the store, or this host has another key of that id. Set it anew, or give the right key in \`encryptionKeys\`.`,
      { id: of.id },
    );
  }
};

const keyOf = (ring: KeyRing | null, of: SealedFor, sealed: Sealed): RingKey => {
  const found = ring?.key(sealed.key);
  if (found) return found;
  const has = ring === null ? 'which has none' : `which has ${ring.ids.map((id) => `'${id}'`).join(', ')}`;
  throw new RunyardError(
    'key-missing',
    `The value of ${wordsOf(of)} was encrypted with the key '${sealed.key}', which is not among the \`encryptionKeys\` of this host, ${has}. Add that key to them.`,
    { field: 'encryptionKeys', expected: String(sealed.key), id: of.id },
  );
};

const opened = ({ key }: RingKey, of: SealedFor, sealed: Sealed): string => {
  const box = Buffer.from(sealed.box, 'base64');
  const nonce = Buffer.from(sealed.nonce, 'base64');
  const ciphertext = box.subarray(0, box.length - tagBytes);
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
    .setAAD(additionalData(of))
    .setAuthTag(box.subarray(box.length - tagBytes));
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
};

const wordsOf = ({ kind, name, owner }: SealedFor): string =>
  `the ${kind} '${name}'${owner === '' ? '' : ` of ${owner}`}`;

// A list in JSON: no two records can be written alike.
const additionalData = ({ kind, id, owner, name }: SealedFor): Buffer =>
  Buffer.from(JSON.stringify(['runyard-sealed-1', kind, id, owner, name]));

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
