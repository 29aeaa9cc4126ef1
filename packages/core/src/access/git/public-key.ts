import { createHash } from 'node:crypto';
import { wireReader } from './ssh-wire.ts';

/** A public key as deploy-key pages and `authorized_keys` take it, on one line. */
export const publicKeyLine = (blob: Buffer, comment: string): string =>
  `${keyType(blob)} ${blob.toString('base64')} ${comment}`;

/** `SHA256:…`, as ssh and git hosts show it. */
export const fingerprintOf = (blob: Buffer): string =>
  `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;

/** Such as `ssh-ed25519`. Throws a RangeError for what is no key. */
export const keyType = (blob: Buffer): string => wireReader(blob).part().toString('latin1');

/** The bytes of a key in base64, when they are those of a key of that type; else null. */
export const blobOf = (type: string, base64: string): Buffer | null => {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null;
  const blob = Buffer.from(base64, 'base64');
  try {
    return keyType(blob) === type ? blob : null;
  } catch {
    return null;
  }
};
