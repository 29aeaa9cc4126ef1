import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EncryptionKey, type KeyRing, readKeyRing } from '../src/access/vault/key-ring.ts';
import { type SealedFor, seal, unseal } from '../src/access/vault/seal.ts';

const aKey = (id: string): EncryptionKey => ({ id, key: randomBytes(32) });
const ringOf = (...keys: EncryptionKey[]): KeyRing => {
  const ring = readKeyRing(keys);
  if (!ring) throw new Error('no keys');
  return ring;
};
const refusal = (call: () => unknown): Error & { code?: string; field?: string } => {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was not refused');
};

describe('keys', () => {
  it('are 32 bytes, or their base64 in either alphabet', () => {
    const bytes = randomBytes(32);
    for (const key of [bytes, bytes.toString('base64'), `${bytes.toString('base64')}\n`, bytes.toString('base64url')])
      expect(ringOf({ id: 'k', key }).current.key.export().equals(bytes)).toBe(true);
    expect(readKeyRing(undefined)).toBeNull();
    expect(ringOf(aKey('new'), aKey('old')).current.id).toBe('new');
  });

  const bytes = randomBytes(32);
  const wrong: [string, unknown, string][] = [
    ['no list', { id: 'k', key: bytes }, 'encryptionKeys'],
    ['an empty list', [], 'encryptionKeys'],
    ['no object', ['k'], 'encryptionKeys.0'],
    ['a name that is none', [{ id: 'a key', key: bytes }], 'encryptionKeys.0.id'],
    ['no name', [{ key: bytes }], 'encryptionKeys.0.id'],
    ['a field of another name', [{ id: 'k', key: bytes, secret: 'x' }], 'encryptionKeys.0.secret'],
    ['no key', [{ id: 'k' }], 'encryptionKeys.0.key'],
    ['too short a key', [{ id: 'k', key: bytes.subarray(1) }], 'encryptionKeys.0.key'],
    ['hexadecimal', [{ id: 'k', key: bytes.toString('hex') }], 'encryptionKeys.0.key'],
    ['a password', [{ id: 'k', key: 'correct horse battery staple!' }], 'encryptionKeys.0.key'],
    ['nothing but zeros', [{ id: 'k', key: Buffer.alloc(32) }], 'encryptionKeys.0.key'],
    ['a name twice', [aKey('k'), aKey('k')], 'encryptionKeys.1.id'],
    [
      'a key twice',
      [
        { id: 'k', key: bytes },
        { id: 'l', key: bytes.toString('base64') },
      ],
      'encryptionKeys.1.key',
    ],
  ];
  it.each(wrong)('that are given as %s are refused by a sentence that says nothing of them', (_, given, field) => {
    const error = refusal(() => readKeyRing(given as EncryptionKey[]));
    expect(error).toMatchObject({ code: 'invalid-option', field });
    expect(error.message).toContain(`\`${field}\` is not valid: expected`);
    if (field.endsWith('.key') && !error.message.includes('again')) expect(error.message).toContain('openssl rand');
    for (const form of ['base64', 'hex'] as const)
      expect(inspect(error)).not.toContain(bytes.toString(form).slice(4, 20));
    expect(inspect(error)).not.toContain('horse');
  });

  it('show nothing of themselves when they are printed', () => {
    const ring = ringOf({ id: 'k', key: bytes });
    for (const text of [inspect(ring, { depth: 9, showHidden: true }), JSON.stringify(ring), String(ring.current.key)])
      for (const form of ['base64', 'hex'] as const) expect(text).not.toContain(bytes.toString(form).slice(0, 12));
  });
});

describe('a sealed value', () => {
  const of: SealedFor = { kind: 'secret', id: 'a'.repeat(32), owner: 'user:ann', name: 'token' };
  const ring = ringOf(aKey('k1'));

  it('opens as it was, whatever it is, and never looks the same twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (value) => {
        const sealed = seal(ring, of, value);
        expect(unseal(ring, of, JSON.parse(JSON.stringify(sealed)))).toBe(value);
        expect(seal(ring, of, value).box).not.toBe(sealed.box);
        if (value.length > 3) expect(Buffer.from(sealed.box, 'base64').includes(value)).toBe(false);
      }),
    );
  });

  it('does not open with another key of the same name, and says so', () => {
    const sealed = seal(ring, of, 'hunter2');
    const error = refusal(() => unseal(ringOf(aKey('k1')), of, sealed));
    expect(error).toMatchObject({ code: 'value-damaged', id: of.id });
    expect(error.message).toContain("'token' of user:ann");
    expect(error.message).toContain('another key of that id');
    expect(error.cause).toBeUndefined();
  });

  it('whose key this host was not given says which one that is', () => {
    const sealed = seal(ring, of, 'hunter2');
    const other = refusal(() => unseal(ringOf(aKey('k2'), aKey('k3')), of, sealed));
    expect(other).toMatchObject({ code: 'key-missing', field: 'encryptionKeys', expected: 'k1' });
    expect(other.message).toMatch(/the key 'k1', which is not among .* which has 'k2', 'k3'\. Add that key/);
    expect(refusal(() => unseal(null, of, sealed)).message).toMatch(/'k1'.*which has none/);
  });

  it('does not open where any bit of it was changed, or it was cut', () => {
    const sealed = seal(ring, of, 'hunter2');
    for (const field of ['nonce', 'box'] as const) {
      const bytes = Buffer.from(sealed[field], 'base64');
      for (let bit = 0; bit < 8 * bytes.length; bit++) {
        const changed = Buffer.from(bytes);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const damaged = { ...sealed, [field]: changed.toString('base64') };
        expect(
          refusal(() => unseal(ring, of, damaged)),
          `${field} ${bit}`,
        ).toMatchObject({ code: 'value-damaged' });
      }
      for (let length = 0; length < bytes.length; length++) {
        const damaged = { ...sealed, [field]: bytes.subarray(0, length).toString('base64') };
        expect(
          refusal(() => unseal(ring, of, damaged)),
          `${field} ${length}`,
        ).toMatchObject({ code: 'value-damaged' });
      }
    }
  });

  it('does not open in another record, or under another name, owner or kind', () => {
    const sealed = seal(ring, of, 'hunter2');
    const others: Partial<SealedFor>[] = [
      { id: 'b'.repeat(32) },
      { owner: 'user:bob' },
      { owner: 'group:ann' },
      { name: 'token2' },
      { kind: 'git-credential' },
      // What stands side by side in it cannot be shifted from one part to the next.
      { owner: 'user:an', name: 'ntoken' },
    ];
    for (const other of others)
      expect(refusal(() => unseal(ring, { ...of, ...other }, sealed))).toMatchObject({ code: 'value-damaged' });
  });

  it('that is not one at all is damaged', () => {
    for (const broken of [{ key: 'k1' }, { key: 'k1', nonce: 1, box: null }])
      expect(refusal(() => unseal(ring, of, broken as never))).toMatchObject({ code: 'value-damaged' });
    expect(refusal(() => unseal(ring, of, {} as never))).toMatchObject({ code: 'key-missing' });
  });
});
