import { timingSafeEqual } from 'node:crypto';
import { RunyardError } from '../domain/errors.ts';
import { scopes as knownScopes, type Scope } from './authorize.ts';
import type { Principal } from './principal.ts';
import { hashOfToken, newTokenText } from './token-text.ts';

/** What the host keeps of a token, in its own configuration: nothing in it is secret. */
export interface TokenRecord {
  name: string;
  /** `sha256:<64 hex digits>` of the token. */
  hash: string;
  scopes: Scope[];
  /** Epoch ms; null = never. */
  expiresAt: number | null;
  createdAt: number;
}

export interface MintOptions {
  /** Says who or what holds it; it is the id of the principal that the token stands for. */
  name: string;
  scopes: Scope[];
  /** Epoch ms; default never. */
  expiresAt?: number;
}

/**
 * Makes a token: `ryd_`, 256 random bits and a check sum, shown this once. Give the record to `createRunyard({ tokens })`; the
 * token itself is stored nowhere.
 */
export const mintToken = ({ name, scopes, expiresAt }: MintOptions): { token: string; record: TokenRecord } => {
  if (typeof name !== 'string' || name.trim() === '')
    throw new RunyardError('invalid-option', '`name` of a token must be a text that is not empty.', { field: 'name' });
  for (const scope of scopes)
    if (!knownScopes.includes(scope))
      throw new RunyardError('invalid-option', `\`scopes\` has '${scope}'; there are: ${knownScopes.join(', ')}.`, {
        field: 'scopes',
        expected: knownScopes.join(', '),
        received: scope,
      });
  const token = newTokenText('ryd_');
  return {
    token,
    record: {
      name,
      hash: hashOfToken(token),
      scopes: [...scopes],
      expiresAt: expiresAt ?? null,
      createdAt: Date.now(),
    },
  };
};

/** The principal that a presented token stands for; `'expired'`: it did once; null when it is none of these. */
export const principalOfToken = (
  token: string,
  records: readonly TokenRecord[],
  now: number,
): Principal | 'expired' | null => {
  const digest = bytesOf(hashOfToken(token));
  let found: TokenRecord | null = null;
  // Every record is compared, whether or not one matched: the time tells nothing.
  for (const record of records) {
    const wanted = bytesWanted(record);
    if (wanted.length === digest.length && timingSafeEqual(wanted, digest)) found = record;
  }
  if (found === null) return null;
  if (found.expiresAt !== null && found.expiresAt <= now) return 'expired';
  const { name, scopes, expiresAt } = found;
  return { kind: 'token', id: name, name, admin: true, scopes: [...scopes], ...(expiresAt !== null && { expiresAt }) };
};

// They are the same with each request.
const known = new WeakMap<TokenRecord, { hash: string; bytes: Buffer }>();

const bytesWanted = (record: TokenRecord): Buffer => {
  const { hash } = record;
  const before = known.get(record);
  if (before?.hash === hash) return before.bytes;
  const bytes = bytesOf(hash);
  known.set(record, { hash, bytes });
  return bytes;
};

const bytesOf = (hash: string): Buffer => Buffer.from(hash.replace(/^sha256:/, ''), 'hex');
