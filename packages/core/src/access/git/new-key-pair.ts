import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeOpenSshKey } from './openssh-key.ts';
import { wireText } from './ssh-wire.ts';

export interface KeyPair {
  /** As ssh reads it, with a line break at its end. */
  privateKey: string;
  /** The public half, in the binary form of SSH. */
  blob: Buffer;
}

/** A new Ed25519 pair. Made in this process, so that its secret half lies in no file and is in no argument of another program. */
export const newKeyPair = (comment: string): KeyPair => ed25519Pair(generateKeyPairSync('ed25519').privateKey, comment);

/** In the form that every ssh reads; not all read Ed25519 keys in PEM. */
export const ed25519Pair = (key: KeyObject, comment: string): KeyPair => {
  const { d = '', x = '' } = key.export({ format: 'jwk' });
  const blob = Buffer.concat([wireText('ssh-ed25519'), wireText(Buffer.from(x, 'base64url'))]);
  return { privateKey: writeOpenSshKey({ blob, seed: Buffer.from(d, 'base64url'), comment }), blob };
};
