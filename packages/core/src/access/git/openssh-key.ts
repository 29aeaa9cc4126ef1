import { randomBytes } from 'node:crypto';
import { wireReader, wireText } from './ssh-wire.ts';

/** What ssh itself writes, without a passphrase (PROTOCOL.key of OpenSSH). */
export const writeOpenSshKey = ({ blob, seed, comment }: { blob: Buffer; seed: Buffer; comment: string }): string => {
  const publicBytes = blob.subarray(-32);
  const check = randomBytes(4);
  const secret = Buffer.concat([check, check, blob, wireText(Buffer.concat([seed, publicBytes])), wireText(comment)]);
  const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, i) => i + 1));
  const bytes = Buffer.concat([
    Buffer.from(magic, 'latin1'),
    wireText('none'),
    wireText('none'),
    wireText(''),
    Buffer.from([0, 0, 0, 1]),
    wireText(blob),
    wireText(Buffer.concat([secret, padding])),
  ]);
  const lines = bytes.toString('base64').match(/.{1,70}/g) ?? [];
  return `${begin}\n${lines.join('\n')}\n${end}\n`;
};

export interface OpenSshKey {
  isEncrypted: boolean;
  /** Its public half. */
  blob: Buffer;
}

/** Null: there is no whole key. */
export const readOpenSshKey = (text: string): OpenSshKey | null => {
  const [, base64 = ''] = new RegExp(`^${begin}\\s([A-Za-z0-9+/=\\s]+)${end}$`).exec(text.trim()) ?? [];
  const bytes = Buffer.from(base64.replaceAll(/\s/g, ''), 'base64');
  try {
    return readKey(bytes);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
};

const readKey = (bytes: Buffer): OpenSshKey | null => {
  if (bytes.subarray(0, magic.length).toString('latin1') !== magic) return null;
  const reader = wireReader(bytes.subarray(magic.length));
  const cipher = reader.part().toString('latin1');
  reader.part();
  reader.part();
  if (reader.number() !== 1) return null;
  const blob = Buffer.from(reader.part());
  if (cipher !== 'none') return { isEncrypted: true, blob };
  return isWhole(reader.part(), blob) ? { isEncrypted: false, blob } : null;
};

// Twice the same number, the public half again, what is secret, the comment, and padding that counts up.
const isWhole = (secret: Buffer, blob: Buffer): boolean => {
  const reader = wireReader(secret);
  const check = reader.number();
  if (reader.number() !== check) return false;
  const wanted = wireReader(blob);
  const type = reader.part();
  if (!type.equals(wanted.part())) return false;
  const name = type.toString('latin1');
  // Of RSA the two numbers stand the other way round here.
  const [first, second] = [reader.part(), name === 'ssh-ed25519' ? null : reader.part()];
  const shown = [wanted.part(), second === null ? null : wanted.part()];
  const expected = name === 'ssh-rsa' ? [...shown].reverse() : shown;
  if (!first.equals(expected[0] ?? Buffer.alloc(0)) || (second && !second.equals(expected[1] ?? Buffer.alloc(0))))
    return false;
  const others = secretParts[name] ?? 1;
  for (let i = 0; i < others + 1; i++) reader.part();
  return reader.rest().every((byte, i) => byte === i + 1);
};

// How many parts follow that are secret; behind them comes the comment.
const secretParts: Readonly<Record<string, number>> = { 'ssh-rsa': 4 };

const magic = 'openssh-key-v1\0';
const [begin, end] = ['-----BEGIN OPENSSH PRIVATE KEY-----', '-----END OPENSSH PRIVATE KEY-----'];
