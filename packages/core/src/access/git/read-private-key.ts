import { createPrivateKey, type KeyObject } from 'node:crypto';
import { RunyardError } from '../../domain/errors.ts';
import { kindOf } from '../../domain/kind-of.ts';
import { ed25519Pair, type KeyPair } from './new-key-pair.ts';
import { readOpenSshKey } from './openssh-key.ts';
import { keyType } from './public-key.ts';
import { wireNumber, wireText } from './ssh-wire.ts';

/** A private key as people paste it: that of OpenSSH, or PEM. Throws `invalid-credential`, which shows nothing of what came. */
export const readPrivateKey = (given: unknown, comment: string): KeyPair => {
  if (typeof given !== 'string') throw invalid(kindOf(given));
  if (Buffer.byteLength(given) > mostBytes) throw invalid(`more than ${mostBytes} bytes`);
  const text = `${given.replaceAll(/\r\n?/g, '\n').trim()}\n`;
  const mistaken = mistakes.find(([pattern]) => pattern.test(text));
  if (mistaken) throw invalid(mistaken[1], mistaken[2]);
  return text.startsWith('-----BEGIN OPENSSH PRIVATE KEY-----') ? readOpenSsh(text) : readPem(text, comment);
};

const readOpenSsh = (text: string): KeyPair => {
  const key = readOpenSshKey(text);
  if (!key)
    throw invalid('a key of which a part is missing or damaged', 'Copy the whole file, with its first and last line.');
  if (key.isEncrypted) throw invalid(...withPassphrase);
  const type = keyType(key.blob);
  if (!known.test(type)) throw invalid(`a key of the type ${shown(type)}`, 'Use Ed25519, ECDSA or RSA.');
  return { privateKey: text, blob: key.blob };
};

const readPem = (text: string, comment: string): KeyPair => {
  const key = pemKey(text);
  const type = key?.asymmetricKeyType;
  if (key && type === 'ed25519') return ed25519Pair(key, comment);
  const blob = key && (type === 'rsa' ? rsaBlob(key) : type === 'ec' ? ecBlob(key) : null);
  if (blob) return { privateKey: text, blob };
  if (key) throw invalid(`a key of the type ${shown(String(type))}`, 'Use Ed25519, ECDSA or RSA.');
  throw invalid('a text that is no key', 'Copy the whole file, with its first and last line.');
};

const pemKey = (text: string): KeyObject | null => {
  try {
    return createPrivateKey(text);
  } catch {
    // What the library says of it helps nobody, and may show a part.
    return null;
  }
};

const rsaBlob = (key: KeyObject): Buffer => {
  const { e = '', n = '' } = key.export({ format: 'jwk' });
  return Buffer.concat([wireText('ssh-rsa'), wireNumber(bytesOf(e)), wireNumber(bytesOf(n))]);
};

const ecBlob = (key: KeyObject): Buffer | null => {
  const curve = curves[key.asymmetricKeyDetails?.namedCurve ?? ''];
  if (curve === undefined) return null;
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.from([4]), bytesOf(x), bytesOf(y)]);
  return Buffer.concat([wireText(`ecdsa-sha2-${curve}`), wireText(curve), wireText(point)]);
};

const bytesOf = (base64url: string): Buffer => Buffer.from(base64url, 'base64url');

const curves: Readonly<Record<string, string>> = {
  prime256v1: 'nistp256',
  secp384r1: 'nistp384',
  secp521r1: 'nistp521',
};
const known = /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521))$/;
const mostBytes = 16_384;

const withPassphrase = [
  'a key that is encrypted with a passphrase, which nobody could type when a job starts',
  'Take it off a copy (`ssh-keygen -p -N "" -f COPY`), or better leave `privateKey` out: then a new pair is made for this purpose alone.',
] as const;

const mistakes: readonly (readonly [RegExp, string, string])[] = [
  [
    /^(ssh-|ecdsa-|sk-)\S+ AAAA|BEGIN (SSH2 |RSA |EC )?PUBLIC KEY/,
    'a public key',
    'Give the other file of the pair, without `.pub`.',
  ],
  [/BEGIN CERTIFICATE/, 'a certificate', 'Give the private key that belongs to it.'],
  [/BEGIN ENCRYPTED PRIVATE KEY|^Proc-Type: 4,ENCRYPTED/m, ...withPassphrase],
  [/^PuTTY-User-Key-File/, 'a key in the form of PuTTY', 'Convert it: PuTTYgen, Conversions, Export OpenSSH key.'],
];

// It comes from the key itself, so it is not shown unless it looks like the name of a type.
const shown = (type: string): string => (/^[a-z0-9@.-]{1,64}$/.test(type) ? type : 'that ssh does not know');

const invalid = (received: string, remedy?: string): RunyardError => {
  const expected = 'a private key without a passphrase, as `ssh-keygen` writes it';
  return new RunyardError(
    'invalid-credential',
    `\`privateKey\` is not valid: expected ${expected}; received ${received}.${remedy === undefined ? '' : ` ${remedy}`}`,
    { field: 'privateKey', expected, received },
  );
};
