import { createHash, createSecretKey } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { expect, it } from 'vitest';
import { jobToken, runOfJobToken } from '../src/access/job-token.ts';
import { mintToken, principalOfToken } from '../src/access/token.ts';
import { hasCheckSum, inDigits, newTokenText } from '../src/access/token-text.ts';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const keyOf = (byte: number) => createSecretKey(Buffer.alloc(32, byte));
const key = keyOf(7);
const run = '0123456789abcdef'.repeat(2);

it('tokens fit the expressions that the docs give to secret scanners', () => {
  for (let i = 0; i < 200; i++) expect(newTokenText('ryd_')).toMatch(/^ryd_[0-9A-Za-z]{49}$/);
  expect(jobToken(run, key)).toMatch(/^ryj_[0-9a-f]{32}_[0-9A-Za-z]{49}$/);
  expect(mintToken({ name: 'x', scopes: ['jobs:read'] }).token).toMatch(/^ryd_[0-9A-Za-z]{49}$/);
});

it('the check sum is CRC-32 of what stands before it, in six digits of 62', () => {
  const token = newTokenText('ryd_');
  let sum = crc32(token.slice(0, -6));
  let digits = '';
  for (let i = 0; i < 6; i++) {
    digits = `${alphabet[sum % 62]}${digits}`;
    sum = Math.floor(sum / 62);
  }
  expect(token.slice(-6)).toBe(digits);
});

it('a character that is changed anywhere is noticed without asking anybody', () => {
  const token = newTokenText('ryd_');
  expect(hasCheckSum(token)).toBe(true);
  for (let i = 0; i < token.length; i++) {
    const other = token[i] === 'x' ? 'y' : 'x';
    expect(hasCheckSum(token.slice(0, i) + other + token.slice(i + 1))).toBe(false);
  }
});

it('all of the 256 bits are in the digits', () => {
  expect(inDigits(Buffer.alloc(32, 255), 43)).toHaveLength(43);
  let value = 0n;
  for (const digit of inDigits(Buffer.alloc(32, 255), 43)) value = value * 62n + BigInt(alphabet.indexOf(digit));
  expect(value).toBe(2n ** 256n - 1n);
});

it("a job token is good for its run and for no other, and under its installation's key alone", () => {
  const token = jobToken(run, key);
  expect(runOfJobToken(token, key)).toBe(run);
  expect(runOfJobToken(token, keyOf(8))).toBeNull();
  expect(runOfJobToken(token.replace(run, `f${run.slice(1)}`), key)).toBeNull();
  expect(runOfJobToken(token.slice(0, -1), key)).toBeNull();
  expect(runOfJobToken('', key)).toBeNull();
});

it('tokens from before there was a check sum are good for their records', () => {
  const old = 'ryd_abcDEF-_0123456789abcDEF-_0123456789abcDEF0';
  const hash = `sha256:${createHash('sha256').update(old).digest('hex')}`;
  const record = { name: 'ci', hash, scopes: ['admin' as const], expiresAt: null, createdAt: 0 };
  expect(principalOfToken(old, [record], 1)).toMatchObject({ id: 'ci' });
});
