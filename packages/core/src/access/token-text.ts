import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 256 bits in digits of 62. */
const secretLength = 43;
/** 32 bits in digits of 62. */
const sumLength = 6;

/** `<prefix><256 random bits, 43 characters><check sum, 6 characters>`, of letters and digits only, so that a double click takes it all. */
export const newTokenText = (prefix: string): string => withCheckSum(prefix + inDigits(randomBytes(32), secretLength));

/** The check sum is CRC-32 of all that stands before it: it proves nothing, but tells what looks like a token from one. */
export const withCheckSum = (text: string): string => text + checkSum(text);

export const hasCheckSum = (text: string): boolean =>
  text.length > sumLength && checkSum(text.slice(0, -sumLength)) === text.slice(-sumLength);

/** What is stored of a token, and how it is found. */
export const hashOfToken = (token: string): string => `sha256:${hash('sha256', token)}`;

/** Bytes as a number in digits of 62, of that many digits: eight at a time, which is as much as an exact number holds. */
export const inDigits = (bytes: Uint8Array, length: number): string => {
  let rest = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let text = '';
  while (text.length < length) {
    let eight = Number(rest % perEight);
    rest /= perEight;
    for (let i = 0; i < 8; i++) {
      text = `${digits[eight % 62]}${text}`;
      eight = Math.floor(eight / 62);
    }
  }
  return text.slice(-length);
};

const perEight = 62n ** 8n;

const checkSum = (text: string): string => {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(text));
  return inDigits(sum, sumLength);
};
