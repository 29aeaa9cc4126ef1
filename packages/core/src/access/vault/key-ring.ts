import { createSecretKey, type KeyObject } from 'node:crypto';
import { RunyardError } from '../../domain/errors.ts';
import { kindOf } from '../../domain/kind-of.ts';

/** A key that secrets are encrypted with, and the name under which a value says that it was. */
export interface EncryptionKey {
  /** 1 to 64 letters, digits, `.`, `_` and `-`. Written beside each value; never give another key the same one. */
  id: string;
  /** 32 random bytes, or their base64: `openssl rand -base64 32` prints one. */
  key: string | Uint8Array;
}

/** The keys of a host, ready for use. What is encrypted now is encrypted with `current`. */
export interface KeyRing {
  readonly current: RingKey;
  /** In the host's order. */
  readonly ids: readonly string[];
  key(id: string): RingKey | undefined;
}

export interface RingKey {
  readonly id: string;
  /** Shows nothing of itself when it is printed. */
  readonly key: KeyObject;
}

/** Null where the host gives no keys. Throws `invalid-option`, which says what is wrong with a key and nothing of it. */
export const readKeyRing = (given: readonly EncryptionKey[] | undefined): KeyRing | null => {
  if (given === undefined) return null;
  if (!Array.isArray(given) || given.length === 0)
    throw invalid('encryptionKeys', 'a list of at least one { id, key }, the current one first', kindOf(given));
  const keys = new Map<string, RingKey>();
  for (const [i, entry] of (given as readonly unknown[]).entries()) {
    const read = readKey(entry, `encryptionKeys.${i}`);
    const twin = [...keys.values()].find(({ id, key }) => id === read.id || key.equals(read.key));
    if (twin) throw twice(twin, read, i);
    keys.set(read.id, read);
  }
  const [current] = keys.values();
  if (!current) throw new TypeError('a list that is not empty has no first entry');
  return { current, ids: [...keys.keys()], key: (id) => keys.get(id) };
};

const readKey = (entry: unknown, field: string): RingKey => {
  if (typeof entry !== 'object' || entry === null) throw invalid(field, '{ id, key }', kindOf(entry));
  const { id, key, ...others } = entry as Record<string, unknown>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw invalid(`${field}.${unknown}`, 'nothing but `id` and `key`', 'a field of another name');
  if (typeof id !== 'string' || !/^[A-Za-z0-9._-]{1,64}$/.test(id))
    throw invalid(`${field}.id`, 'a name of 1 to 64 letters, digits, `.`, `_` and `-`', kindOf(id));
  return { id, key: createSecretKey(bytesOf(key, `${field}.key`)) };
};

const bytesOf = (key: unknown, field: string): Uint8Array => {
  if (key instanceof Uint8Array) return ofRightLength(key, field);
  if (typeof key !== 'string') throw invalid(field, `${wanted}. ${howToMake}`, kindOf(key));
  const text = key.trim();
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text))
    throw invalid(field, `${wanted}. ${howToMake}`, 'a text that is not base64');
  return ofRightLength(Buffer.from(text, 'base64'), field);
};

const ofRightLength = (bytes: Uint8Array, field: string): Uint8Array => {
  if (bytes.length !== keyBytes) throw invalid(field, `${wanted}. ${howToMake}`, `${bytes.length} bytes`);
  if (new Set(bytes).size > 1) return bytes;
  throw invalid(field, `${wanted}. ${howToMake}`, 'the same byte 32 times');
};

const twice = (first: RingKey, second: RingKey, i: number): RunyardError =>
  first.id === second.id
    ? invalid(`encryptionKeys.${i}.id`, 'an id that no other key has', `'${second.id}' again`)
    : invalid(`encryptionKeys.${i}.key`, 'a key that no other entry has', `the key of '${first.id}' again`);

// Never shows what came: it may be a key.
const invalid = (field: string, expected: string, received: string): RunyardError =>
  new RunyardError('invalid-option', `\`${field}\` is not valid: expected ${expected}; received ${received}.`, {
    field,
    expected,
    received,
  });

const keyBytes = 32;
const wanted = '32 random bytes, or their base64';
/** For whoever has none yet. */
export const howToMake = 'Make one with `openssl rand -base64 32`';
